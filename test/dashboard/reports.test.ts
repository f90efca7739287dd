import type { Report } from '../../src/model/report.js';
import { reportTypeOf } from '../../src/model/report-type.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { downloads, institutionalUser, SAMPLES } from '../support/report-samples.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';
import { readTable } from './read-table.js';

interface Types {
  readonly data: { readonly id: string; readonly attributes: { description: string; latest_cycle: string | null } }[];
}

describe('the pages of reports', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, '2026-11-24T12:00:00Z');
    const days = Array.from({ length: 20 }, (_, day) => downloads(`2026-11-${String(day + 1).padStart(2, '0')}`, day));
    const repository = app.nest.get(MetricsRepository);
    const all: readonly Report[] = [...SAMPLES, ...days];
    await repository.saveReports([...all]);
    await repository.refresh();
  });
  afterAll(async () => await app.stop());

  const show = async (path: string, key?: string): Promise<string> => {
    const response = await app.request(`dashboard/${path}`, key === undefined ? {} : { key });
    expect(response.status).toBe(200);
    return await response.text();
  };

  it('list the types as the API does', async () => {
    const rows = readTable(await show('reports/?range=7d'), 'Types of reports').slice(1);
    const { data } = await app.json<Types>('reports/');
    expect(rows.map(([id, description, , latest]) => [id, description, latest])).toEqual(
      data.map(({ id, attributes }) => [id, attributes.description, attributes.latest_cycle ?? 'none yet']),
    );
  });

  it.each(SAMPLES.map((report) => reportTypeOf(report).id))('show the reports of %s', async (id) => {
    const page = await show(`reports/${id}/?range=all`, ADMIN_KEY);
    const [headings = [], ...rows] = readTable(page, 'Preview');
    const csv = await app.request(`reports/${id}/recent/?start_date=2026-01-01&format=csv`, { key: ADMIN_KEY });
    const [columns = ''] = (await csv.text()).split(/\r?\n/);
    expect(headings.toSorted()).toEqual(
      columns
        .split(',')
        .map((column) => column.replaceAll('"', ''))
        // Files name items by their titles too.
        .filter((column) => column !== 'item_title')
        .sort(),
    );
    expect(rows.length).toBeGreaterThan(0);
  });

  it('show the values, newest first, and link to files with the same range', async () => {
    const page = await show('reports/download_count/?from=2026-11-10&to=2026-11-12');
    expect(readTable(page, 'Preview').map(([date, count]) => [date, count])).toEqual([
      ['report_date', 'daily_file_downloads'],
      ['2026-11-12', '11'],
      ['2026-11-11', '10'],
      ['2026-11-10', '9'],
    ]);
    for (const format of ['csv&amp;bom=true', 'tsv&amp;bom=true', 'json']) {
      const path = `reports/download_count/recent/?start_date=2026-11-10&amp;end_date=2026-11-13&amp;format=${format}`;
      expect(page).toContain(`href="../../../${path}"`);
      expect((await app.request(path.replaceAll('&amp;', '&'))).status).toBe(200);
    }
  });

  it('say when there are no reports', async () => {
    expect(await show('reports/download_count/?from=2020-01-01&to=2020-01-05')).toContain('No reports in this period.');
  });

  it('show private types only with a key, and are not cached then', async () => {
    const repository = app.nest.get(MetricsRepository);
    await repository.saveReports([institutionalUser('2026-10', 'ada01')]);
    await repository.refresh();
    const path = 'dashboard/reports/institutional_users/';
    expect((await app.request(path)).status).toBe(404);
    const response = await app.request(path, { key: ADMIN_KEY });
    expect([response.status, response.headers.get('Cache-Control')]).toEqual([200, 'private, no-store']);
  });

  it('show the growth of the platform as the daily reports have it', async () => {
    const page = await show('platform/?range=28d');
    expect(readTable(page, 'Projects').at(-1)?.slice(1)).toEqual(['60', '20']);
    expect(readTable(page, 'Registrations').at(-1)?.slice(1)).toEqual(['50', '30']);
    expect(readTable(page, 'Files in OSF Storage').at(-1)?.slice(1)).toEqual(['60', '20']);
    expect(page.match(/data-kind="line"/g)).toHaveLength(7);
    expect((await show('platform/?from=2020-01-01&to=2020-01-05')).match(/No reports in this period/g)).toHaveLength(7);
  });

  it.each([
    ['reports/download_count/?range=7x', 400],
    ['reports/nothing/', 404],
    ['reports/?x=1', 400],
    ['platform/?from=2027-01-01', 400],
  ])('return a page that says what is wrong for %s', async (path, status) => {
    const response = await app.request(`dashboard/${path}`);
    expect([response.status, response.headers.get('Content-Type')]).toEqual([status, 'text/html; charset=utf-8']);
  });
});
