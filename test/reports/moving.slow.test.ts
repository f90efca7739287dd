import { DailyReport } from '../../src/model/report.js';
import { DailyReportType } from '../../src/model/report-type.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { CalendarDate } from '../../src/time/calendar-date.js';
import { downloads, institutionalUser, itemUsage, SAMPLE_TIMESTAMP, SAMPLES } from '../support/report-samples.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

const BATCH = 'reports/batch';

/** The report class as it was before its field was added. */
@DailyReportType({ id: 'osfstorage_file_count', description: 'Files' })
class OlderFileCountReport extends DailyReport {}

describe('exporting and importing reports', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
  });
  afterEach(async () => await app.stop());

  async function save(data: unknown): Promise<object[]> {
    return (await app.json<{ data: object[] }>(BATCH, { body: { data }, key: ADMIN_KEY })).data;
  }

  async function exported(id: string): Promise<Record<string, unknown>[]> {
    const response = await app.request(`reports/${id}/export`, { key: ADMIN_KEY });
    const lines = (await response.text()).split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  const aReport = (attributes: object = {}): object => ({
    type: 'cyclic-report:download_count',
    attributes: {
      report_date: '2026-11-23',
      daily_file_downloads: 7,
      timestamp: '2026-11-24T06:00:00.123Z',
      ...attributes,
    },
  });

  it('requires the scope admin', async () => {
    const body = { data: [aReport()] };
    for (const [path, options] of [
      [BATCH, { body }],
      ['reports/download_count/export', {}],
    ] as const) {
      expect((await app.request(path, options)).status).toBe(401);
      expect((await app.request(path, { ...options, key: TRUSTED_KEY })).status).toBe(403);
    }
    expect(await exported('download_count')).toEqual([]);
  });

  it('exports the same resources as the list, with their number', async () => {
    await app.nest.get(MetricsRepository).saveReports(SAMPLES);
    for (const { id, type } of (await app.json<{ data: { id: string; type: string }[] }>('reports')).data) {
      const { data } = await app.json<{ data: object[] }>(`reports/${id}`);
      expect([type, await exported(id)]).toEqual([type, data]);
      const head = await app.request(`reports/${id}/export?from=2026-10-31`, { method: 'HEAD', key: ADMIN_KEY });
      expect([head.status, head.headers.get('X-Total-Count'), await head.text()]).toEqual([200, '1', '']);
    }
    expect((await app.request('reports/nothing/export', { key: ADMIN_KEY })).status).toBe(404);
    expect((await app.request('reports/download_count/export?to=2026-01-01', { key: ADMIN_KEY })).status).toBe(400);
  });

  it('keeps the timestamp, and replaces the report with the same cycle and unique fields', async () => {
    expect(await save([aReport({ daily_file_downloads: 1 }), aReport()])).toEqual([
      { status: 'saved' },
      { status: 'saved' },
    ]);
    expect(await exported('download_count')).toEqual([{ id: downloads('2026-11-23', 7).id, ...aReport() }]);
    await save([aReport({ daily_file_downloads: 8, timestamp: '2026-11-25T00:00:00Z' })]);
    expect(await exported('download_count')).toMatchObject([
      { attributes: { daily_file_downloads: 8, timestamp: '2026-11-25T00:00:00.000Z' } },
    ]);
  });

  it('reads missing nullable fields as null, and names the undeclared fields that it ignores', async () => {
    const { department_name: _none, ...rest } = institutionalUser('2026-10', 'ada01');
    const attributes = { ...rest, id: 'x', cycle: '1999-01', constructor: 1, nonsense: 2 };
    expect(await save([{ type: 'cyclic-report:institutional_users', id: 'y', attributes }])).toEqual([
      { status: 'saved', ignored: ['id', 'cycle', 'nonsense'] },
    ]);
    expect(await exported('institutional_users')).toMatchObject([
      { id: institutionalUser('2026-10', 'ada01').id, attributes: { department_name: null } },
    ]);
  });

  it('uses the current time for a report without a timestamp', async () => {
    expect(await save([aReport({ timestamp: undefined })])).toEqual([{ status: 'saved' }]);
    expect(await exported('download_count')).toMatchObject([
      { attributes: { timestamp: app.clock.now().toISOString() } },
    ]);
  });

  it('imports what it exported of a report that is older than a field', async () => {
    const report = OlderFileCountReport.of({ report_date: CalendarDate.parse('2026-11-23') });
    Object.assign(report, { timestamp: new Date(SAMPLE_TIMESTAMP) });
    await app.nest.get(MetricsRepository).saveReports([report]);
    const lines = await exported('osfstorage_file_count');
    expect(lines).toMatchObject([{ attributes: { report_date: '2026-11-23', files: null } }]);
    expect(await save(lines)).toEqual([{ status: 'saved' }]);
    expect(await exported('osfstorage_file_count')).toEqual(lines);
  });

  it('validates each report; an invalid one does not affect the others', async () => {
    const usage = { type: 'cyclic-report:public_item_usage', attributes: itemUsage('2026-10', 'abc12') };
    const outcomes = await save([
      aReport({ report_date: '2026-02-30' }),
      aReport({ daily_file_downloads: -1 }),
      aReport({ daily_file_downloads: 1e300 }),
      aReport({ timestamp: '9999-12-31T23:59:00-23:00' }),
      aReport({ daily_file_downloads: undefined }),
      aReport({ report_date: null }),
      { ...aReport(), type: 'cyclic-report:nothing' },
      { attributes: {} },
      { ...usage, attributes: { ...usage.attributes, item_types: ['Nothing'] } },
      'nonsense',
      {
        type: 'cyclic-report:osfstorage_file_count',
        attributes: { report_date: '2026-11-23', files: [], timestamp: SAMPLE_TIMESTAMP },
      },
      usage,
    ]);
    const rejected = (pointer: string): object => ({
      status: 'rejected',
      errors: [expect.objectContaining({ source: { pointer } })],
    });
    expect(outcomes).toEqual([
      rejected('/data/0/attributes/report_date'),
      rejected('/data/1/attributes/daily_file_downloads'),
      rejected('/data/2/attributes/daily_file_downloads'),
      rejected('/data/3/attributes/timestamp'),
      rejected('/data/4/attributes/daily_file_downloads'),
      rejected('/data/5/attributes/report_date'),
      rejected('/data/6/type'),
      rejected('/data/7/type'),
      rejected('/data/8/attributes/item_types'),
      rejected('/data/9'),
      rejected('/data/10/attributes/files'),
      { status: 'saved' },
    ]);
    expect(await exported('public_item_usage')).toHaveLength(1);
  });
});
