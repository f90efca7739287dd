import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { aPageview, register, send } from '../support/send-usage.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';

const VISITS = 'query/user_visits/?timeframe=previous_9_years';

describe('reads of many clients', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start({ RESPONSE_CACHE_MB: '1', READS_PER_CLIENT: '2' });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await app.stop();
  });

  /** Holds all reads until `release` is called. */
  function holdReads(): { reads: () => number; release: () => void } {
    const repository = app.nest.get(MetricsRepository);
    const queryUsages = repository.queryUsages.bind(repository);
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const held = jest.spyOn(repository, 'queryUsages').mockImplementation(async (query) => {
      await released;
      return await queryUsages(query);
    });
    const readsOfVisits = (): number =>
      held.mock.calls.filter(([{ groupings }]) => 'unique_visits' in groupings).length;
    return { reads: readsOfVisits, release };
  }

  const untilReads = async (reads: () => number, count: number): Promise<void> => {
    while (reads() < count) await new Promise(setImmediate);
  };

  it('share one read of the store when they are equal', async () => {
    const { reads, release } = holdReads();
    const responses = Promise.all(Array.from({ length: 20 }, () => app.request(VISITS)));
    await untilReads(reads, 1);
    release();
    const bodies = await Promise.all((await responses).map(async (each) => [each.status, await each.text()] as const));
    expect(new Set(bodies.map(([status]) => status))).toEqual(new Set([200]));
    expect(new Set(bodies.map(([, body]) => body)).size).toBe(1);
    expect(reads()).toBe(1);
  });

  it('are answered from memory for the max-age of a public response', async () => {
    const { reads, release } = holdReads();
    release();
    const first = await app.request(VISITS);
    const second = await app.request(VISITS);
    expect([await second.text(), second.headers.get('Cache-Control')]).toEqual([
      await first.text(),
      'public, max-age=60',
    ]);
    expect(second.headers.get('Content-Type')).toBe(first.headers.get('Content-Type'));
    expect(reads()).toBe(1);
    app.clock.advance(61);
    await app.request(VISITS);
    expect(reads()).toBe(2);
  });

  it('are answered anew for a reader with credentials', async () => {
    const { reads, release } = holdReads();
    release();
    await app.request(VISITS);
    await app.request(VISITS, { key: ADMIN_KEY });
    await app.request(VISITS, { headers: { Cookie: 'osf=x' } });
    expect(reads()).toBe(3);
  });

  it('are answered anew when the response was private or an error', async () => {
    await register(app, 'priv1', { public: false });
    expect((await app.request('query/item_usage/priv1/')).status).toBe(401);
    await register(app, 'priv1', { public: true });
    expect((await app.request('query/item_usage/priv1/')).status).toBe(200);
  });

  it('return 429 to a client with too many of them at a time, and not to others', async () => {
    const { reads, release } = holdReads();
    const running = [9, 8].map((years) => app.request(`query/user_visits/?timeframe=previous_${years}_years`));
    await untilReads(reads, 2);
    const refused = await app.request('query/user_visits/?timeframe=previous_7_years');
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '1']);
    const withKey = app.request('query/user_visits/?timeframe=previous_7_years', { key: ADMIN_KEY });
    await untilReads(reads, 3);
    expect(await send(app, aPageview())).toBe(201);
    release();
    for (const response of await Promise.all([...running, withKey])) expect(response.status).toBe(200);
    expect((await app.request('query/user_visits/?timeframe=previous_7_years')).status).toBe(200);
  });

  it('are counted until they end when the client disconnects', async () => {
    const { reads, release } = holdReads();
    const abort = new AbortController();
    for (const years of [9, 8]) {
      const url = `${app.url}/_/metrics/query/user_visits/?timeframe=previous_${years}_years`;
      fetch(url, { signal: abort.signal }).catch(() => undefined);
    }
    await untilReads(reads, 2);
    abort.abort();
    expect((await app.request(VISITS.replace('9', '7'))).status).toBe(429);
    release();
    while ((await app.request(VISITS.replace('9', '7'))).status === 429) await new Promise(setImmediate);
  });

  it('bound the range to ten years', async () => {
    expect((await app.request('query/user_visits/?timeframe=previous_100_years')).status).toBe(400);
  });
});

describe('rate limits', () => {
  it('apply to API keys too, separately from addresses', async () => {
    const app = await TestApp.start({ RATE_LIMIT_PER_MINUTE: '2', API_KEY_RATE_LIMIT_PER_MINUTE: '3' });
    const statuses = async (options: object): Promise<number[]> => {
      const all: number[] = [];
      for (let count = 0; count < 4; count++) all.push((await app.request('reports/', options)).status);
      return all;
    };
    expect(await statuses({})).toEqual([200, 200, 429, 429]);
    expect(await statuses({ key: ADMIN_KEY })).toEqual([200, 200, 200, 429]);
    await app.stop();
  });

  it('apply to unknown routes and to wrong keys', async () => {
    const app = await TestApp.start({ RATE_LIMIT_PER_MINUTE: '2' });
    const paths = ['nothing/', 'items/', 'nothing/'];
    const statuses: number[] = [];
    for (const path of paths) statuses.push((await app.request(path, { key: 'wrong' })).status);
    expect(statuses).toEqual([404, 401, 429]);
    await app.stop();
  });
});
