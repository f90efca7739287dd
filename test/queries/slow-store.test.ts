import { jest } from '@jest/globals';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { TestApp } from '../support/test-app.js';

const LIMIT_MILLISECONDS = 30_000;

describe('a store that does not answer', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterEach(() => jest.useRealTimers());
  afterAll(() => app.stop());

  it.each<[string, (repository: MetricsRepository, hang: () => Promise<never>) => unknown]>([
    ['query/user_visits', (repository, hang) => jest.spyOn(repository, 'queryUsages').mockImplementation(hang)],
    ['reports/download_count', (repository, hang) => jest.spyOn(repository, 'countReports').mockImplementation(hang)],
  ])('is not waited for by who reads %s: 503', async (path, spyOn) => {
    const asked = new Promise<void>((resolve) => {
      spyOn(app.nest.get(MetricsRepository), () => {
        resolve();
        return new Promise(() => undefined);
      });
    });
    // No more than the limit needs: the connection has timers of its own.
    jest.useFakeTimers({ doNotFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'nextTick', 'queueMicrotask'] });
    const answer = app.request(path);
    await asked;
    jest.advanceTimersByTime(LIMIT_MILLISECONDS);
    const response = await answer;
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '5']);
  });
});
