import { Identity } from '../../src/items/identity.js';
import { MetricsRepository, StoreUnavailableError } from '../../src/storage/metrics.repository.js';
import { aUsage } from '../support/builders.js';
import { COUNTED_USAGE, register, sendBatch, stored } from '../support/send-usage.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

const BATCH = 'events/counted_usage/batch';

describe('a batch of usages', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await app.stop();
  });

  const aLine = (fields: object = {}): object => ({
    item_guid: 'abc12',
    client_session_id: 'a-session',
    action_labels: ['download', 'api'],
    timestamp: '2025-03-01T10:20:30.405Z',
    ...fields,
  });

  it('requires the scope usage:write', async () => {
    const body = { data: [aLine()] };
    expect((await app.request(BATCH, { body })).status).toBe(401);
    expect((await app.request(BATCH, { body, key: 'unknown-key' })).status).toBe(401);
    expect(await stored(app)).toEqual([]);
  });

  it('stores the item fields of the batch instead of those of the catalog', async () => {
    const fields = {
      timestamp: '2025-03-01T10:20:30.405Z',
      platform_iri: 'https://other.example/',
      database_iri: 'urn:a',
      item_iri: 'https://other.example/x',
      item_type: 'Preprint',
      item_public: true,
      provider_id: 'p',
      sessionhour_id: 'an hour',
      user_is_authenticated: true,
    };
    await sendBatch(app, [aLine({ ...fields, within_iris: ['https://other.example/z'] })]);
    const within_iris = ['https://other.example/x', 'https://other.example/z'];
    expect(await stored(app)).toEqual([expect.objectContaining({ ...fields, within_iris })]);
  });

  it('returns the outcome of each line, and rejects only the invalid ones', async () => {
    const future = '2026-11-24T12:02:00Z';
    const outcomes = await sendBatch(app, [
      aLine(),
      aLine({ action_labels: [] }),
      5 as never,
      aLine({ timestamp: future }),
    ]);
    expect(outcomes).toEqual([
      { status: 'recorded' },
      { status: 'rejected', errors: [expect.objectContaining({ source: { pointer: '/data/1/action_labels' } })] },
      { status: 'rejected', errors: [expect.objectContaining({ source: { pointer: '/data/2' } })] },
      { status: 'rejected', errors: [expect.objectContaining({ source: { pointer: '/data/3/timestamp' } })] },
    ]);
    expect(await stored(app)).toHaveLength(1);
  });

  it('accepts NDJSON', async () => {
    const body = `${JSON.stringify(aLine())}\n\n{"item_guid":\n${JSON.stringify({ attributes: 1 })}\n`;
    const headers = { 'Content-Type': 'application/x-ndjson' };
    const { data } = await app.json<{ data: { status: string }[] }>(BATCH, { body, headers, key: TRUSTED_KEY });
    expect(data.map(({ status }) => status)).toEqual(['recorded', 'rejected', 'rejected']);
  });

  it('changes nothing when it is repeated later or after a restart', async () => {
    const batch = Array.from({ length: 40 }, (_, index) =>
      aLine({
        client_session_id: `s${index % 7}`,
        timestamp: new Date(Date.UTC(2025, 2, 1) + index * 17_000).toISOString(),
      }),
    );
    await sendBatch(app, batch);
    const once = await stored(app);
    app.clock.advance(3600);
    await sendBatch(app, batch);
    await app.stop({ keepData: true });
    app = await TestApp.start({ DATA_DIR: app.dataDir });
    await sendBatch(app, batch);
    expect(await stored(app)).toEqual(once);
  });

  it('imports an export unchanged', async () => {
    await register(app, 'abc12', { item_type: 'Project' });
    await sendBatch(app, [
      aLine({ pageview_info: { page_url: 'https://osf.io/abc12/', page_title: 'T' } }),
      aLine({ item_guid: null, action_labels: ['search'], pageview_info: { page_url: 'https://osf.io/search' } }),
    ]);
    const exported = await stored(app);
    const other = await TestApp.start();
    expect(await sendBatch(other, exported)).toEqual([{ status: 'recorded' }, { status: 'recorded' }]);
    expect(await stored(other)).toEqual(exported);
    await other.stop();
  });

  it('exports a range of days', async () => {
    await sendBatch(
      app,
      [1, 2, 3].map((day) => aLine({ timestamp: `2025-03-0${day}T23:59:59Z` })),
    );
    const response = await app.request(`${COUNTED_USAGE}?from=2025-03-02&until=2025-03-02`, { key: ADMIN_KEY });
    expect(response.headers.get('Content-Type')).toBe('application/x-ndjson');
    expect((await response.text()).trim().split('\n')).toHaveLength(1);
    for (const [range, parameter] of [
      ['from=2025-02-30', 'from'],
      ['from=2025-03-02&until=2025-03-01', 'until'],
    ]) {
      const wrong = await app.request(`${COUNTED_USAGE}?${range}`, { key: ADMIN_KEY });
      expect(await wrong.json()).toMatchObject({ errors: [{ status: '400', source: { parameter } }] });
    }
  });

  it('closes the connection when an export fails midway, and returns 503 when it fails at the start', async () => {
    const streamUsages = jest.spyOn(app.nest.get(MetricsRepository), 'streamUsages');
    streamUsages.mockImplementation(async function* () {
      yield await Promise.resolve(aUsage());
      throw new StoreUnavailableError('gone');
    });
    const response = await app.request(COUNTED_USAGE, { key: ADMIN_KEY });
    await expect(response.text()).rejects.toThrow();
    // eslint-disable-next-line require-yield
    streamUsages.mockImplementation(async function* () {
      throw await Promise.resolve(new StoreUnavailableError('gone'));
    });
    expect((await app.request(COUNTED_USAGE, { key: ADMIN_KEY })).status).toBe(503);
  });

  it('skips usages by contributors of the item', async () => {
    jest.spyOn(app.nest.get(Identity), 'canRead').mockImplementation(({ id }) => Promise.resolve(id === 'ada'));
    expect(await sendBatch(app, [aLine({ user_id: 'ada' }), aLine({ user_id: 'bob' })])).toEqual([
      { status: 'skipped', reason: 'contributor' },
      { status: 'recorded' },
    ]);
  });

  it('accepts up to 1,000 lines and more than 64 KiB', async () => {
    const long = aLine({ pageview_info: { page_url: `https://osf.io/${'x'.repeat(500)}` } });
    expect(
      await sendBatch(
        app,
        Array.from({ length: 1000 }, () => long),
      ),
    ).toHaveLength(1000);
    const body = { data: Array.from({ length: 1001 }, () => aLine()) };
    expect((await app.request(BATCH, { body, key: TRUSTED_KEY })).status).toBe(400);
  });
});
