import { hashApiKey } from '../../src/config/api-key.js';
import { MonthlyCounterItemUsageReport } from '../../src/reports/monthly/counter-item-usage.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';
import { exceptionsOf, getReport, readRefusal, requestReport, WORLD } from './counter-client.js';

const MISSING = 'Insufficient Information to Process Request';

describe('the COUNTER API', () => {
  afterEach(() => jest.restoreAllMocks());

  it('returns 1000 for the list of reports before a month is processed', async () => {
    const empty = await TestApp.start();
    const response = await empty.request(`counter/r51/reports?customer_id=${WORLD}`);
    expect(await readRefusal(response)).toEqual({
      status: 503,
      Code: 1000,
      Message: 'Service Not Available',
      Data: 'no month has been processed yet',
    });
    expect(exceptionsOf(await getReport(empty, 'r51/reports/ir'))).toEqual([
      [3031, '2026-09 to 2026-10; no month has been processed yet'],
    ]);
    await empty.stop();
  });

  it('returns 1010 while too many item reports are written', async () => {
    const own = await TestApp.start({ COUNTER_CONCURRENT_REPORTS: '1' });
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const repository = own.nest.get(MetricsRepository);
    const streamReports = repository.streamReports.bind(repository);
    const held = jest.spyOn(repository, 'streamReports').mockImplementation(async function* (...args) {
      await released;
      yield* streamReports(...args);
    });
    const first = requestReport(own, 'r51/reports/ir');
    const isReading = (): boolean => held.mock.calls.some(([type]) => type === MonthlyCounterItemUsageReport);
    while (!isReading()) await new Promise(setImmediate);
    const busy = await requestReport(own, 'r51/reports/ir', { item_id: 'busy' });
    expect(busy.headers.get('Retry-After')).toMatch(/^\d+$/);
    expect(await readRefusal(busy)).toEqual({ status: 503, Code: 1010, Message: 'Service Busy' });
    release();
    expect((await first).status).toBe(200);
    await (await first).text();
    await getReport(own, 'r51/reports/ir', { item_id: 'free' });
    await own.stop();
  });

  it('returns 1020 above the rate limit', async () => {
    const own = await TestApp.start({ RATE_LIMIT_PER_MINUTE: '1' });
    await own.json('counter/r51/status');
    expect(await readRefusal(await own.request('counter/r51/status'))).toEqual({
      status: 429,
      Code: 1020,
      Message: 'Client has made too many requests',
      Data: 'at most 1 requests per minute are allowed; try again later',
    });
    await own.stop();
  });

  it('returns 2000 or 2020 without valid credentials', async () => {
    const reader = `reader=counter:read=${hashApiKey('reader-key')}`;
    const unauthorized = { status: 401, Code: 2000, Message: 'Requestor Not Authorized to Access Service' };
    const invalid = { status: 401, Code: 2020, Message: 'APIKey Invalid' };
    const lacking = { status: 400, Code: 1030, Message: MISSING, Data: 'missing: requestor_id' };
    const cases: [Record<string, string>, Record<string, string>, object | undefined][] = [
      [{ COUNTER_REQUESTOR_IDS: 'lib1,lib2' }, {}, lacking],
      [{ COUNTER_REQUESTOR_IDS: 'lib1,lib2' }, { requestor_id: 'lib3' }, unauthorized],
      [{ COUNTER_REQUESTOR_IDS: 'lib1,lib2' }, { requestor_id: 'lib2' }, undefined],
      [{ COUNTER_REQUESTOR_IDS: 'lib1,lib2' }, { api_key: ADMIN_KEY }, undefined],
      [{ METRICS_API_KEYS: reader }, {}, invalid],
      [{ METRICS_API_KEYS: reader }, { api_key: 'wrong' }, invalid],
      [{ METRICS_API_KEYS: reader }, { api_key: 'reader-key' }, undefined],
      [{ METRICS_API_KEYS: reader, COUNTER_REQUESTOR_IDS: 'lib1' }, { requestor_id: 'lib1' }, undefined],
      [{}, { requestor_id: 'any', api_key: 'any' }, undefined],
    ];
    for (const [environment, credentials, expected] of cases) {
      const own = await TestApp.start(environment);
      const response = await requestReport(own, 'r51/reports/pr', credentials);
      if (expected) expect(await readRefusal(response)).toEqual(expected);
      else expect(await response.json()).toHaveProperty('Report_Header');
      await own.json('counter/r51/status');
      await own.stop();
    }
  });
});
