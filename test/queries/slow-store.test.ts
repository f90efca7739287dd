import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { TestApp } from '../support/test-app.js';

const LIMIT_MILLISECONDS = 30_000;

describe('a store that does not respond', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => app.stop());

  it.each<[string, (repository: MetricsRepository, hang: () => Promise<never>) => unknown]>([
    ['query/user_visits', (repository, hang) => jest.spyOn(repository, 'queryUsages').mockImplementation(hang)],
    ['reports/download_count', (repository, hang) => jest.spyOn(repository, 'countReports').mockImplementation(hang)],
  ])('times out with 503 for %s', async (path, spyOn) => {
    const called = new Promise<void>((resolve) => {
      spyOn(app.nest.get(MetricsRepository), () => {
        resolve();
        return new Promise(() => undefined);
      });
    });
    const timers = jest.spyOn(globalThis, 'setInterval');
    const pending = app.request(path);
    await called;
    const [expire] = timers.mock.calls.find(([, delay]) => delay === LIMIT_MILLISECONDS) ?? [];
    expire?.();
    const response = await pending;
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '5']);
  });
});
