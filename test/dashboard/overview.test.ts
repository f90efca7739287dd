import type { UsageTraits } from '../support/builders.js';
import { record } from '../support/reporter-runs.js';
import { register } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';
import { readTable } from './read-table.js';

describe('the overview', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, '2026-11-28T12:00:00Z');
    await register(app, 'proj1', { item_type: 'Project' });
    await register(app, 'proj2', { item_type: 'Project' });
    const view = (item: string, day: string): UsageTraits => ({
      item,
      at: `${day}T10:00:00Z`,
      session: `${item} ${day}`,
      labels: ['view', 'web'],
    });
    await record(app, [
      view('proj1', '2026-08-01'),
      view('proj1', '2026-10-02'),
      view('proj2', '2026-10-02'),
      view('proj1', '2026-10-30'),
      view('proj1', '2026-11-02'),
      view('proj1', '2026-11-28'),
      view('proj2', '2026-11-28'),
    ]);
  });
  afterAll(async () => await app.stop());

  const show = async (query: string): Promise<string> => {
    const response = await app.request(`dashboard/${query}`, { headers: { 'Accept-Language': 'en-GB' } });
    return (await response.text()).replaceAll(/\s+/g, ' ');
  };

  it.each([
    ['?range=28d', '4 Oct 2026 to 31 Oct 2026', '▲ 200%', '▲ 100%'],
    ['?range=this_month', '1 Oct 2026 to 28 Oct 2026', '▲ 50%', 'no change'],
  ])('%s, on the 28th, compares with %s', async (query, days, viewsChange, itemsChange) => {
    const page = await show(query);
    expect(page).toContain(`compared with ${days}`);
    expect(readTiles(page)).toEqual([
      ['Views', '3', viewsChange],
      ['Downloads', '0', 'no change'],
      ['Visits with views', '3', viewsChange],
      ['Items used', '2', itemsChange],
    ]);
    expect(readTable(page, 'Providers')[0]?.at(-1)).toBe('Change of views');
    expect(readTable(page, 'Views and downloads').at(-1)?.[0]).toMatch(/^Sat.*28 Nov 2026 \(so far\)$/);
    expect(readTable(page, 'Providers')[1]?.slice(1)).toEqual(['3', '0', viewsChange]);
  });

  it.each([
    ['?range=28d&interval=week', '4 Oct 2026 to 31 Oct 2026'],
    ['?range=7d&interval=week', '15 Nov 2026 to 21 Nov 2026'],
    ['?from=2026-11-24&to=2026-11-28&interval=week', '17 Nov 2026 to 21 Nov 2026'],
  ])('%s compares with the same days of the weeks before, %s', async (query, days) => {
    expect(await show(query)).toContain(`compared with ${days}`);
  });

  it('does not compare with the month in which usage began', async () => {
    const page = await show('?from=2026-09-20&to=2026-10-10');
    expect(page).toContain(', not compared: there is no complete usage before September 2026.');
  });

  it('sums the months of a year', async () => {
    const page = await show('?range=12m');
    expect(page).toContain(', not compared: there is no complete usage before September 2026.');
    expect(readTiles(page).map(([, value]) => value)).toEqual(['7', '0', '7', '2']);
  });
});

function readTiles(page: string): string[][] {
  return [...page.matchAll(/<div class="tile">(.*?)<\/div>/g)].map(([, tile = '']) => {
    const [, label = ''] = /<dt>(.*?)<\/dt>/.exec(tile) ?? [];
    const [, value = ''] = /<data[^>]*>(.*?)<\/data>/.exec(tile) ?? [];
    const [, change = ''] = /<span class="change.*?>(?:<span aria-hidden="true">)?(.*?)<\/span>/.exec(tile) ?? [];
    return [label, value, ...(change === '' ? [] : [change])];
  });
}
