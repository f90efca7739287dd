import { toResource } from '../../src/reports/report-resource.js';
import { itemUsage } from '../support/report-samples.js';
import { record, run, usageReports } from '../support/reporter-runs.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

describe('versions of a preprint in imported records', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
    const body = { public: true, item_type: 'Preprint' };
    await app.json('items/prepr/', { method: 'PUT', body, key: TRUSTED_KEY });
  });
  afterEach(async () => await app.stop());

  async function importReports(...reports: ReturnType<typeof itemUsage>[]): Promise<void> {
    const data = reports.map((report) => toResource(report));
    await app.json('reports/batch', { body: { data }, key: ADMIN_KEY });
  }

  async function totalDownloads(): Promise<number> {
    const path = 'query/item_usage/prepr/?period=total';
    return (await app.json<{ data: { attributes: { total: { download_count: number } } } }>(path)).data.attributes.total
      .download_count;
  }

  const download = (guid: string, day: string) => ({
    item: guid,
    at: `2026-10-${day}T12:00:00Z`,
    session: day,
    labels: ['download' as const],
    usage: { item_type: 'Preprint' as const },
  });

  it('count with live usages under the IRI without a version', async () => {
    await importReports(itemUsage('2026-09', 'prepr_v1', { download_count: 0, cumulative_download_count: 3_000 }));
    await record(app, [
      download('prepr_v1', '01'),
      download('prepr_v1', '02'),
      download('prepr_v1', '03'),
      download('prepr', '04'),
    ]);
    expect(await totalDownloads()).toBe(3_004);
    await run(app, 'public_item_usage', '2026-10');
    const reports = await usageReports(app, '2026-10');
    expect([...reports.keys()]).toEqual(['prepr']);
    expect(reports.get('prepr')).toMatchObject({ download_count: 4, cumulative_download_count: 3_004 });
    expect(await totalDownloads()).toBe(3_004);
  });

  it('add up, in whatever order and how often they are imported', async () => {
    const reports = [
      itemUsage('2026-08', 'prepr_v1', { download_count: 2, cumulative_download_count: 12 }),
      itemUsage('2026-09', 'prepr_v1', { download_count: 3, cumulative_download_count: 15 }),
      itemUsage('2026-09', 'prepr_v2', { download_count: 4, cumulative_download_count: 4 }),
    ];
    for (const report of [...reports].reverse()) await importReports(report);
    expect(await totalDownloads()).toBe(10 + 2 + 3 + 4);
    await importReports(...reports);
    expect(await totalDownloads()).toBe(19);
    app.clock.advance(60);
    await run(app, 'public_item_usage', '2026-09');
    const exported = await usageReports(app, '2026-09');
    expect([...exported.keys()]).toEqual(['prepr']);
    expect(exported.get('prepr')).toMatchObject({ download_count: 7, cumulative_download_count: 19 });
  });

  it('do not count twice when the report of all versions is imported again', async () => {
    await importReports(
      itemUsage('2026-09', 'prepr_v1', { download_count: 3, cumulative_download_count: 3 }),
      itemUsage('2026-09', 'prepr_v2', { download_count: 4, cumulative_download_count: 4 }),
      itemUsage('2026-09', 'prepr', { download_count: 7, cumulative_download_count: 7 }),
    );
    expect(await totalDownloads()).toBe(7);
  });
});
