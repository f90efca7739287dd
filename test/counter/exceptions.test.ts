import { MetricsRepository, StoreUnavailableError } from '../../src/storage/metrics.repository.js';
import { TestApp } from '../support/test-app.js';
import { exceptionsOf, getReport, processMonth, readRefusal, requestReport, WORLD } from './counter-client.js';
import { recordSample } from './sample-usage.js';

/** The messages of the warnings, as the Code of Practice has them. */
const MESSAGES: Readonly<Record<number, string>> = {
  3030: 'No Usage Available for Requested Dates',
  3031: 'Usage Not Ready for Requested Dates',
  3032: 'Usage No Longer Available for Requested Dates',
  3050: 'Parameter Not Recognized in this Context',
  3060: 'Invalid ReportFilter Value',
  3061: 'Incongruous ReportFilter Value',
  3062: 'Invalid ReportAttribute Value',
  3063: 'Components Not Supported',
};
const ANY_TEXT = expect.any(String) as string;

describe("COUNTER's exceptions", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await recordSample(app);
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => await app.stop());

  const bad = 'Invalid Date Arguments';
  const missing = 'Insufficient Information to Process Request';

  it.each([
    [{ customer_id: '' }, 400, 1030, missing, 'missing: customer_id'],
    [{ begin_date: '' }, 400, 1030, missing, 'missing: begin_date'],
    [{ begin_date: '', end_date: '' }, 400, 1030, missing, 'missing: begin_date, end_date'],
    [{ customer_id: '', begin_date: 'x' }, 400, 1030, missing, 'missing: customer_id'],
    [
      { customer_id: '1', begin_date: 'x' },
      403,
      2010,
      'Requestor is Not Authorized to Access Usage for Institution',
      `the only customer is ${WORLD} (The World)`,
    ],
    [{ begin_date: 'x' }, 400, 3020, bad, 'begin_date must be yyyy-mm, or yyyy-mm-dd with the first day of a month'],
    [{ begin_date: '2026-10-02' }, 400, 3020, bad, ANY_TEXT],
    [{ end_date: '2026-13' }, 400, 3020, bad, 'end_date must be yyyy-mm, or yyyy-mm-dd with the last day of a month'],
    [{ end_date: '2026-09-31' }, 400, 3020, bad, ANY_TEXT],
    [{ end_date: '2026-08' }, 400, 3020, bad, 'end_date is before begin_date'],
    [{ begin_date: '2026-11', end_date: '2026-12' }, 400, 3020, bad, 'begin_date is in a month that is not over'],
  ])('%j returns %i and %i', async (parameters, status, Code, Message, Data) => {
    for (const report of ['pr', 'ir']) {
      const response = await requestReport(app, `r51/reports/${report}`, parameters);
      expect(await readRefusal(response)).toEqual({ status, Code, Message, Data });
      const old = await requestReport(app, `reports/${report}`, parameters);
      const Severity = Code === 1030 ? 'Fatal' : 'Error';
      expect(await readRefusal(old)).toEqual({ status, Code, Severity, Message, Data });
    }
  });

  it('1000 and 503 are returned while the store is unavailable, and the status says so', async () => {
    const repository = app.nest.get(MetricsRepository);
    const unavailable = (): never => {
      throw new StoreUnavailableError('down');
    };
    for (const method of ['streamReports', 'findRuns', 'checkHealth'] as const) {
      jest.spyOn(repository, method).mockImplementation(unavailable as never);
      const reports = method === 'checkHealth' ? [] : ['r51/reports/pr', 'r51/reports/ir', 'reports/ir'];
      for (const report of reports) {
        const response = await requestReport(app, report);
        expect(response.headers.get('Retry-After')).toMatch(/^\d+$/);
        const Severity = report.startsWith('r51') ? {} : { Severity: 'Fatal' };
        expect(await readRefusal(response)).toEqual({
          status: 503,
          Code: 1000,
          ...Severity,
          Message: 'Service Not Available',
        });
      }
      jest.restoreAllMocks();
    }
    jest.spyOn(repository, 'checkHealth').mockRejectedValue(new StoreUnavailableError('down'));
    expect(await app.json('counter/r51/status')).toMatchObject([{ Service_Active: false }]);
  });

  it('3000 is returned for an unknown report in Release 5.0, and 404 without an exception in Release 5.1', async () => {
    expect(await readRefusal(await requestReport(app, 'reports/ir_a1'))).toEqual({
      status: 404,
      Code: 3000,
      Severity: 'Error',
      Message: 'Report Not Supported',
      Data: 'ir_a1',
    });
    for (const path of ['r51/reports/tr', 'r52/reports/ir', 'r51/consortia']) {
      const response = await requestReport(app, path);
      expect([response.status, await response.json()]).toMatchObject([404, { errors: [{ status: '404' }] }]);
    }
  });

  it('other methods return 405 without an error document', async () => {
    const response = await app.request('counter/r51/status', { method: 'POST' });
    expect([response.status, response.headers.get('Allow'), await response.text()]).toEqual([405, 'GET, HEAD', '{}']);
  });

  it.each([
    [{ begin_date: '2026-08' }, [[3032, '2026-08; first month available: 2026-09']]],
    [{ begin_date: '2026-05', end_date: '2026-08' }, [[3032, '2026-05 to 2026-08; first month available: 2026-09']]],
    [{ end_date: '2027-01' }, [[3031, '2026-11, 2027-01; last month available: 2026-10']]],
    [{ data_type: 'Patent' }, [[3030, undefined]]],
    [
      { country_code: 'DE', nonsense: '1' },
      [
        [3050, 'nonsense'],
        [3060, 'country_code=DE'],
      ],
    ],
    [{ platform: 'Other' }, [[3060, 'platform=Other']]],
    [{ data_type: 'Dataset|article|x' }, [[3060, 'data_type=article|x']]],
    [{ access_method: 'regular' }, [[3060, 'access_method=regular']]],
    [{ yop: '2025|2026-2025|26' }, [[3060, 'yop=2026-2025|26']]],
    [{ item_id: 'prep1|data1' }, [[3061, 'item_id=prep1|data1']]],
    [{ attributes_to_show: 'YOP|Attributed' }, [[3062, 'attributes_to_show=Attributed']]],
    [{ granularity: 'Day' }, [[3062, 'granularity=Day']]],
    [{ include_parent_details: 'true' }, [[3062, 'include_parent_details=true']]],
    [{ include_component_details: 'True' }, [[3063, undefined]]],
    [
      { exclude_monthly_details: 'True', author: 'Ada' },
      [
        [3050, 'exclude_monthly_details'],
        [3050, 'author'],
      ],
    ],
  ])('%j is a warning in the header: %j', async (parameters, expected) => {
    const report = await getReport(app, 'r51/reports/ir', parameters as Record<string, string>);
    expect(exceptionsOf(report)).toEqual(expected);
    const messages = report.Report_Header.Exceptions?.map(({ Code, Message, Severity }) => [Code, Message, Severity]);
    expect(messages).toEqual(expected.map(([code]) => [code, MESSAGES[Number(code)], undefined]));
  });

  it('warnings have a severity in Release 5.0', async () => {
    const severitiesOf = async (parameters: Record<string, string>): Promise<unknown[]> => {
      const { Report_Header: header } = await getReport(app, 'reports/ir', parameters);
      return (header.Exceptions ?? []).map(({ Code, Message, Severity }) => [
        Code,
        Message === MESSAGES[Code],
        Severity,
      ]);
    };
    const invalid = {
      platform: 'Other',
      item_id: 'a1|b2',
      granularity: 'Day',
      include_component_details: 'True',
      x: '1',
    };
    expect(await severitiesOf({ ...invalid, begin_date: '2026-08', end_date: '2026-11' })).toEqual([
      [3031, true, 'Warning'],
      [3032, true, 'Warning'],
      [3050, true, 'Warning'],
      [3060, true, 'Warning'],
      [3061, true, 'Warning'],
      [3062, true, 'Warning'],
      [3062, true, 'Warning'],
    ]);
    expect(await severitiesOf({ data_type: 'Report' })).toEqual([[3030, true, 'Error']]);
  });

  it('months after the last one are not in the period of the report', async () => {
    const { Report_Header: header } = await getReport(app, 'r51/reports/pr', { end_date: '2027-01' });
    expect(header.Report_Filters).toEqual({ Begin_Date: '2026-09-01', End_Date: '2026-10-31' });
  });

  it('a month that was reported before it was over is not available', async () => {
    await processMonth(app, '2026-11');
    app.clock.set('2026-12-01T00:00:00Z');
    expect(exceptionsOf(await getReport(app, 'r51/reports/pr', { end_date: '2026-11' }))).toEqual([
      [3031, '2026-11; last month available: 2026-10'],
    ]);
    app.clock.set('2026-11-24T12:00:00Z');
  });

  it('a view ignores all parameters of the full report', async () => {
    const report = await getReport(app, 'r51/reports/pr_p1', {
      metric_type: 'Total_Item_Requests',
      granularity: 'Totals',
    });
    expect(exceptionsOf(report)).toEqual([
      [3050, 'metric_type'],
      [3050, 'granularity'],
    ]);
  });
});
