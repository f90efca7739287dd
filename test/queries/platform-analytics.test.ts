import { parse } from 'csv-parse/sync';
import type { UsageTraits } from '../support/builders.js';
import { record } from '../support/reporter-runs.js';
import { register } from '../support/send-usage.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

interface Analytics {
  readonly unique_visits: { date: string; count: number }[];
  readonly time_of_day: { hour: number; count: number }[];
  readonly referer_domain: { referer_domain: string; count: number }[];
  readonly popular_pages: { path: string; route: string; title: string; count: number }[];
}

const NOW = '2026-11-24T12:00:00Z';

describe('platform_analytics', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, NOW);
    await register(app, 'proj1', { item_type: 'Project', title: 'A project' });
    await register(app, 'prep1', { item_type: 'Preprint', title: 'A preprint', provider_id: 'socarxiv' });
    await register(app, 'priv1', { item_type: 'Project', title: 'A secret', public: false });
    const view = (item: string, at: string, referer: string | null, traits: UsageTraits = {}): UsageTraits => ({
      item,
      at: `${at}:00Z`,
      session: `${at.slice(0, 13)} ${traits.session ?? 'a'}`,
      page: {
        page_url: `https://osf.io/${item}`,
        page_path: `/${item}`,
        page_title: item === 'proj1' ? `Project in ${at.slice(0, 7)}` : null,
        referer_url: referer === null ? null : `https://${referer}/`,
      },
      labels: traits.labels,
      usage: {
        item_type: item === 'prep1' ? 'Preprint' : 'Project',
        provider_id: item === 'prep1' ? 'socarxiv' : 'osf',
        ...traits.usage,
      },
    });
    await record(app, [
      view('proj1', '2026-09-10T10:00', 'a.org'),
      view('proj1', '2026-09-10T10:10', 'a.org'),
      view('prep1', '2026-09-10T11:00', 'a.org', { session: 'b' }),
      view('proj1', '2026-10-31T23:30', 'b.org'),
      view('proj1', '2026-11-20T10:00', 'b.org'),
      view('proj1', '2026-11-20T10:10', 'b.org', { session: 'b' }),
      view('proj1', '2026-11-20T10:20', null, { session: 'c' }),
      view('prep1', '2026-11-22T10:00', 'c.org'),
      view('prep1', '2026-11-22T10:30', 'c.org', { labels: ['download', 'web'] }),
      view('prep1', '2026-11-22T10:40', 'c.org', { labels: ['api', 'view'] }),
      view('priv1', '2026-11-22T10:00', 'd.org', { usage: { item_public: false } }),
    ]);
  });
  afterAll(async () => await app.stop());

  const analyze = async (path: string): Promise<Analytics> => {
    const { data } = await app.json<{ data: { attributes: Analytics } }>(`query/platform_analytics/${path}`);
    return data.attributes;
  };

  it('counts the public page views of all items', async () => {
    const response = await app.request('query/platform_analytics/week/');
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=60');
    expect(await response.json()).toEqual({
      data: {
        id: 'platform:week',
        type: 'platform-analytics',
        attributes: {
          unique_visits: [
            { date: '2026-11-20', count: 3 },
            { date: '2026-11-21', count: 0 },
            { date: '2026-11-22', count: 1 },
          ],
          time_of_day: [{ hour: 10, count: 4 }],
          referer_domain: [
            { referer_domain: 'b.org', count: 2 },
            { referer_domain: 'c.org', count: 1 },
          ],
          popular_pages: [
            { path: '/proj1', route: '', title: 'Project in 2026-11', count: 3 },
            { path: '/prep1', route: '', title: 'A preprint', count: 1 },
          ],
        },
      },
    });
  });

  it('adds up the months of a range', async () => {
    const range = 'month/?start_date=2026-09-01&end_date=2026-11-21';
    expect(await analyze(range)).toMatchObject({
      time_of_day: [
        { hour: 10, count: 4 },
        { hour: 11, count: 1 },
        { hour: 23, count: 1 },
      ],
      referer_domain: [
        { referer_domain: 'a.org', count: 2 },
        { referer_domain: 'b.org', count: 3 },
      ],
      // The title is that of the month with most views.
      popular_pages: [
        { path: '/proj1', title: 'Project in 2026-11', count: 5 },
        { path: '/prep1', title: 'A preprint', count: 1 },
      ],
    });
    const { unique_visits: visits } = await analyze(range);
    expect(visits).toHaveLength(72);
    expect(visits.filter(({ count }) => count > 0)).toEqual([
      { date: '2026-09-10', count: 2 },
      { date: '2026-10-31', count: 1 },
      { date: '2026-11-20', count: 3 },
    ]);
  });

  it('counts the usages that arrive late in a month that was read before', async () => {
    const october = async (): Promise<number> =>
      (await analyze('month/?start_date=2026-10-01&end_date=2026-11-01')).popular_pages[0]?.count ?? 0;
    app.clock.advance(60);
    expect([await october(), await october()]).toEqual([1, 1]);
    await record(app, [
      { item: 'proj1', at: '2026-10-30T09:00:00Z', session: 'late', page: { page_url: 'https://osf.io/proj1' } },
    ]);
    expect(await october()).toBe(2);
  });

  it('filters by provider and item type', async () => {
    const pages = async (filter: string): Promise<string[]> =>
      (await analyze(`week/?${filter}`)).popular_pages.map(({ path }) => path);
    expect(await pages('provider=socarxiv,other')).toEqual(['/prep1']);
    expect(await pages('item_type=Project')).toEqual(['/proj1']);
    expect(await pages('item_type=Project&provider=socarxiv')).toEqual([]);
  });

  it('returns lists of the requested length, and files', async () => {
    expect((await analyze('week/?page[size]=1')).popular_pages).toHaveLength(1);
    const response = await app.request('query/platform_analytics/week/?format=csv&list=popular_pages');
    expect(response.headers.get('Content-Disposition')).toBe(
      'attachment; filename="platform_analytics_week_popular_pages.csv"',
    );
    expect(parse(await response.text(), { columns: true })).toHaveLength(2);
  });

  it.each([
    ['week/?item_type=Planet', 400],
    ['week/?page[size]=101', 400],
    ['week/?start_date=2016-01-01', 400],
    ['year/', 404],
  ])('returns an error for %s', async (path, status) => {
    expect((await app.request(`query/platform_analytics/${path}`)).status).toBe(status);
  });
});

describe('with PUBLIC_MINIMUM_VISITS=2', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ PUBLIC_MINIMUM_VISITS: '2' }, NOW);
    await register(app, 'proj1');
    const view = (path: string, session: string, minute: string): UsageTraits => ({
      item: 'proj1',
      at: `2026-11-20T10:${minute}:00Z`,
      session,
      page: { page_url: `https://osf.io${path}`, page_path: path, referer_url: `https://${path.slice(1)}.org/` },
    });
    await record(app, [
      view('/rare', 'a', '00'),
      view('/rare', 'a', '10'),
      view('/rare', 'a', '20'),
      view('/often', 'a', '30'),
      view('/often', 'b', '30'),
    ]);
  });
  afterAll(async () => await app.stop());

  const lists = async (path: string, key?: string): Promise<[string | null, string[], string[], number]> => {
    const response = await app.request(`query/${path}`, key === undefined ? {} : { key });
    const { data } = (await response.json()) as { data: { attributes: Analytics } };
    const { popular_pages: pages, referer_domain: referers, unique_visits: visits } = data.attributes;
    return [
      response.headers.get('Cache-Control'),
      pages.map(({ path: name }) => name),
      referers.map(({ referer_domain: name }) => name),
      visits[0]?.count ?? 0,
    ];
  };

  it.each(['node_analytics/proj1/week/?page[size]=1', 'platform_analytics/week/?page[size]=1'])(
    'hides pages and referrers with fewer visits of %s from the public',
    async (path) => {
      expect(await lists(path)).toEqual(['public, max-age=60', ['/often'], ['often.org'], 2]);
      expect(await lists(path, TRUSTED_KEY)).toEqual(['public, max-age=60', ['/often'], ['often.org'], 2]);
    },
  );

  it.each(['node_analytics/proj1/week/', 'platform_analytics/week/'])(
    'shows all rows of %s to administrators',
    async (path) => {
      expect(await lists(path, ADMIN_KEY)).toEqual([
        'private, no-store',
        ['/rare', '/often'],
        ['rare.org', 'often.org'],
        2,
      ]);
    },
  );
});
