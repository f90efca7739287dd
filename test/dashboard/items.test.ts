import type { UsageTraits } from '../support/builders.js';
import { record } from '../support/reporter-runs.js';
import { register } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';
import { readTable } from './read-table.js';

const ITEMS = 51;

describe('the list of items', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, '2026-11-28T12:00:00Z');
    const guids = Array.from({ length: ITEMS }, (_, index) => `it${String(index + 10)}`);
    for (const guid of guids) await register(app, guid, { item_type: 'Project', title: `Title of ${guid}` });
    const use = (item: string, session: string, kind: 'view' | 'download' = 'view'): UsageTraits => ({
      item,
      at: '2026-11-20T10:00:00Z',
      session,
      labels: [kind, 'web'],
      usage: { item_type: 'Project', provider_id: item === 'it10' ? 'osf' : 'other' },
    });
    await record(app, [
      ...guids.map((item) => use(item, '1')),
      use('it60', '2'),
      use('it60', '3'),
      use('it10', '2'),
      use('it59', '4', 'download'),
    ]);
  });
  afterAll(async () => await app.stop());

  const show = async (query = ''): Promise<string> => await (await app.request(`dashboard/items/${query}`)).text();
  const readItems = (page: string): string[][] => readTable(page, 'Items used').slice(1);

  it('shows the most viewed items first, page by page', async () => {
    const first = await show();
    expect(readItems(first)).toHaveLength(50);
    expect(readItems(first).slice(0, 3)).toEqual([
      ['Title of it60', '3', '0'],
      ['Title of it10', '2', '0'],
      ['Title of it11', '1', '0'],
    ]);
    expect(first).toContain('51 items, page 1 of 2');
    expect(first).toContain('href="?page=2" rel="next"');
    const second = await show('?page=2');
    expect(readItems(second)).toEqual([['Title of it59', '1', '1']]);
    expect(second).toContain('href="?" rel="prev"');
    expect(second).not.toContain('rel="next"');
  });

  it('sorts by downloads, and filters', async () => {
    expect(readItems(await show('?sort=-download_count'))[0]).toEqual(['Title of it59', '1', '1']);
    expect(readItems(await show('?provider=osf'))).toEqual([['Title of it10', '2', '0']]);
  });

  it('rejects a page without items', async () => {
    expect(await show('?page=3')).toContain('&quot;page&quot; has no items: use a lower number.');
  });

  it('begins at the first page after another choice', async () => {
    expect((await show('?page=2')).match(/href="[^"]*[?;]page=2[^"]*"/g) ?? []).toEqual([]);
  });

  it.each([
    ['it11', 'it11'],
    ['%20it11%20', 'it11'],
    ['https%3A%2F%2Fosf.io%2Fit11%2F%3Fview_only%3Dx', 'it11'],
    ['..%2F..%2Fa%22b', 'a%22b'],
  ])('opens the page of the item %s', async (guid, expected) => {
    const response = await fetch(`${app.url}/_/metrics/dashboard/items/?range=7d&guid=${guid}`, { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.get('Location')).toBe(`../../dashboard/items/${expected}/?range=7d`);
  });

  it('shows the list for an empty field', async () => {
    expect(readItems(await show('?guid='))).toHaveLength(50);
  });

  it('is linked from the overview, with its range and filters', async () => {
    const overview = await (await app.request('dashboard/?range=7d&provider=osf')).text();
    expect(overview).toContain('href="../dashboard/items/?range=7d&amp;provider=osf"');
  });
});
