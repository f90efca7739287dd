import type { UsageTraits } from '../support/builders.js';
import { record } from '../support/reporter-runs.js';
import { register } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';
import { readTable } from './read-table.js';

interface Usage {
  readonly data: { readonly attributes: { readonly periods: Readonly<Record<string, number>>[] } }[];
}

describe('the page of months', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, '2026-11-24T12:00:00Z');
    await register(app, 'proj1', { item_type: 'Project' });
    const use = (at: string, label: 'view' | 'download' = 'view'): UsageTraits => ({
      item: 'proj1',
      at: `${at}:00Z`,
      session: at.slice(0, 13),
      labels: [label, 'web'],
    });
    const views = (month: string, count: number) =>
      Array.from({ length: count }, (_, index) => use(`${month}-${String(index + 1).padStart(2, '0')}T10:00`));
    await record(app, [
      ...views('2026-08', 3),
      ...views('2026-09', 4),
      ...views('2026-10', 6),
      use('2026-10-20T11:00', 'download'),
      use('2026-10-20T11:10', 'download'),
      ...views('2026-11', 1),
    ]);
  });
  afterAll(async () => await app.stop());

  const show = async (query = ''): Promise<string> => await (await app.request(`dashboard/months/${query}`)).text();

  it('shows the last month beside the one before', async () => {
    expect(readTable(await show(), 'October 2026 and September 2026')).toEqual([
      ['Metric', 'October 2026', 'September 2026', 'Change'],
      ['Views', '6', '4', '▲ 50%'],
      ['Visits with views', '6', '4', '▲ 50%'],
      ['Downloads', '2', '0', 'none before'],
      ['Visits with downloads', '1', '0', 'none before'],
      ['Items used', '1', '1', 'no change'],
    ]);
  });

  it('shows two chosen months, and says that the current one is not over', async () => {
    const page = await show('?month=2026-11&other=2026-08');
    expect(readTable(page, 'November 2026 (so far) and August 2026')[1]).toEqual(['Views', '1', '3', '▼ 67%']);
    expect(page).toContain('<option value="2026-11" selected>');
  });

  it('lists all months since the first with usage, with the figures of the API', async () => {
    const rows = readTable(await show(), 'All months').slice(1);
    expect(rows.map(([month]) => month)).toEqual([
      'November 2026 (so far)',
      'October 2026',
      'September 2026',
      'August 2026',
    ]);
    const { data } = await app.json<Usage>('query/usage/?interval=month&start_date=2026-08-01');
    const figures = data[0]?.attributes.periods.map((period) => [
      period['view_count'],
      period['view_session_count'],
      period['download_count'],
      period['download_session_count'],
      period['item_count'],
    ]);
    expect(rows.map(([, ...cells]) => cells.map(Number)).reverse()).toEqual(figures);
  });

  it('ignores the range that links from other pages keep', async () => {
    expect((await app.request('dashboard/months/?range=7d')).status).toBe(200);
  });

  it('links to the figures as CSV', async () => {
    const [, href = ''] = /href="\.\.\/\.\.\/(query\/usage\/[^"]*)" aria-label="CSV: October/.exec(await show()) ?? [];
    const csv = await (await app.request(href.replaceAll('&amp;', '&'))).text();
    expect(csv.trim().split(/\r?\n/)).toHaveLength(3);
  });

  it.each([
    ['?month=2026-13', '&quot;month&quot; '],
    ['?month=2026-12', '&quot;month&quot; must not be after this month.'],
    ['?other=2001-01', '&quot;other&quot; must be within the last ten years.'],
    ['?monat=2026-10', '&quot;monat&quot; '],
  ])('returns 400 and a page that says what is wrong for %s', async (query, message) => {
    const response = await app.request(`dashboard/months/${query}`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(message);
  });
});
