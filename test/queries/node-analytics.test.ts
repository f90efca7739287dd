import { Identity } from '../../src/items/identity.js';
import type { UsageTraits } from '../support/builders.js';
import { record } from '../support/reporter-runs.js';
import { aPageview, register, send } from '../support/send-usage.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

interface Analytics {
  readonly unique_visits: { date: string; count: number }[];
  readonly time_of_day: { hour: number; count: number }[];
  readonly referer_domain: { referer_domain: string; count: number }[];
  readonly popular_pages: { path: string; route: string; title: string; count: number }[];
}

describe('node_analytics', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start({}, '2026-11-24T12:00:00Z');
  });

  afterEach(async () => await app.stop());

  async function analyze(guid: string, timespan: string): Promise<Analytics> {
    const { data } = await app.json<{ data: { attributes: Analytics } }>(`query/node_analytics/${guid}/${timespan}/`);
    return data.attributes;
  }

  /** Views in `count` separate sessions. */
  function visits(count: number, traits: UsageTraits): UsageTraits[] {
    return Array.from({ length: count }, (_, index) => ({ ...traits, session: `${traits.session}-${index}` }));
  }

  it('returns what the front ends read', async () => {
    await register(app, 'abc12');
    const home = { page_url: 'https://osf.io/abc12/?view=1', page_title: 'OSF | Home', route_name: 'overview' };
    await record(app, [
      { at: '2026-11-20T09:00:00Z', session: 'a', page: { ...home, referer_url: 'https://www.google.com/search' } },
      { at: '2026-11-20T09:10:00Z', session: 'a', page: { ...home, referer_url: 'https://osf.io/search' } },
      { at: '2026-11-20T09:10:00Z', session: 'b', page: { ...home, referer_url: 'https://osf.io/search' } },
      {
        at: '2026-11-22T23:59:59Z',
        item: 'def34',
        within: ['abc12'],
        session: 'c',
        page: { page_url: 'https://osf.io/def34/files/' },
      },
    ]);
    const response = await app.request('query/node_analytics/abc12/week/');
    expect(response.headers.get('Content-Type')).toBe('application/vnd.api+json; charset=utf-8');
    expect(await response.json()).toEqual({
      data: {
        id: 'abc12:week',
        type: 'node-analytics',
        attributes: {
          unique_visits: [
            { date: '2026-11-20', count: 2 },
            { date: '2026-11-21', count: 0 },
            { date: '2026-11-22', count: 1 },
          ],
          time_of_day: [
            { hour: 9, count: 2 },
            { hour: 23, count: 1 },
          ],
          referer_domain: [
            { referer_domain: 'osf.io', count: 2 },
            { referer_domain: 'www.google.com', count: 1 },
          ],
          popular_pages: [
            { path: '/abc12', route: 'overview', title: 'OSF | Home', count: 2 },
            { path: '/def34/files', route: '', title: '/def34/files', count: 1 },
          ],
        },
      },
    });
  });

  it('returns empty lists for an item without usage', async () => {
    await register(app, 'abc12');
    const nothing = { unique_visits: [], time_of_day: [], referer_domain: [], popular_pages: [] };
    expect(await analyze('abc12', 'month')).toEqual(nothing);
  });

  it('includes a usage as soon as it is recorded', async () => {
    await register(app, 'abc12');
    expect(await send(app, aPageview())).toBe(201);
    expect((await analyze('abc12', 'week')).unique_visits).toEqual([{ date: '2026-11-24', count: 1 }]);
  });

  it('counts only public page views of the item and of items within it', async () => {
    await register(app, 'abc12');
    const page = { page_url: 'https://osf.io/abc12' };
    const counted = visits(1, {
      session: 'counted',
      at: '2026-11-24T01:00:00Z',
      labels: ['search', 'view', 'web'],
      page,
    });
    const ignored = [
      ...visits(1, { session: 'download', labels: ['download', 'web'] }),
      ...visits(1, { session: 'api', labels: ['api', 'view'] }),
      ...visits(1, { session: 'search', labels: ['search', 'web'] }),
      ...visits(1, { session: 'private', usage: { item_public: false } }),
      ...visits(1, { session: 'private child', item: 'kid34', within: ['abc12'], usage: { item_public: false } }),
      ...visits(1, { session: 'parent', item: 'par34' }),
    ].map((traits) => ({ ...traits, at: '2026-11-24T02:00:00Z', page }));
    await record(app, [...counted, ...ignored]);
    expect(await analyze('abc12', 'week')).toEqual({
      unique_visits: [{ date: '2026-11-24', count: 1 }],
      time_of_day: [{ hour: 1, count: 1 }],
      referer_domain: [],
      popular_pages: [{ path: '/abc12', route: '', title: '/abc12', count: 1 }],
    });
  });

  it.each([
    ['week', '2026-11-24T23:59:59Z', '2026-11-17'],
    ['week', '2026-01-03T00:00:00Z', '2025-12-27'],
    ['fortnight', '2026-11-24T12:00:00Z', '2026-11-10'],
    ['month', '2026-11-24T12:00:00Z', '2026-10-24'],
    ['month', '2026-03-31T00:00:00Z', '2026-02-28'],
    ['month', '2028-03-30T12:00:00Z', '2028-02-29'],
    ['month', '2026-01-31T12:00:00Z', '2025-12-31'],
  ])('the %s before %s starts with %s', async (timespan, now, firstDay) => {
    app.clock.set(now);
    await register(app, 'abc12');
    const start = new Date(`${firstDay}T00:00:00Z`);
    await record(app, [
      { at: new Date(start.getTime() - 1), session: 'before' },
      { at: start, session: 'first' },
      { at: now, session: 'now' },
    ]);
    const { unique_visits: visitsByDay } = await analyze('abc12', timespan);
    expect(visitsByDay[0]).toEqual({ date: firstDay, count: 1 });
    expect(visitsByDay.at(-1)).toEqual({ date: now.slice(0, 10), count: 1 });
    const days = (new Date(now.slice(0, 10)).getTime() - start.getTime()) / 86_400_000 + 1;
    expect(visitsByDay).toHaveLength(days);
    expect(visitsByDay.filter(({ count }) => count === 0)).toHaveLength(days - 2);
  });

  it('lists ten pages, ten referrers and all hours, most usages first, then by name', async () => {
    await register(app, 'abc12');
    const views = Array.from({ length: 12 }, (_, index) =>
      visits(index < 6 ? 2 : 1, {
        session: `p${index}`,
        at: `2026-11-20T${String(index).padStart(2, '0')}:00:00Z`,
        page: {
          page_url: `https://osf.io/abc12/${String.fromCodePoint(97 + 11 - index)}`,
          referer_url: `https://${String.fromCodePoint(97 + 11 - index)}.example.org/`,
        },
      }),
    ).flat();
    // Three views in one session-hour: the most usages, but a single visit.
    const often = ['10', '20', '30'].map((minute) => ({
      session: 'often',
      at: `2026-11-20T23:${minute}:00Z`,
      page: { page_url: 'https://osf.io/abc12/often', referer_url: 'https://often.example.org/' },
    }));
    await record(app, [...views, ...often]);
    const { popular_pages: pages, referer_domain: referers, time_of_day: hours } = await analyze('abc12', 'week');
    const names = ['often', 'g', 'h', 'i', 'j', 'k', 'l', 'a', 'b', 'c'];
    expect(pages.map(({ path }) => path)).toEqual(names.map((name) => `/abc12/${name}`));
    expect(pages.map(({ count }) => count)).toEqual([1, 2, 2, 2, 2, 2, 2, 1, 1, 1]);
    expect(referers.map(({ referer_domain: domain }) => domain)).toEqual(names.map((name) => `${name}.example.org`));
    expect(hours.map(({ hour }) => hour)).toEqual([23, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('returns the most common title and route of a page', async () => {
    await register(app, 'abc12');
    const page = (title: string, route: string | null): UsageTraits['page'] => ({
      page_url: 'https://osf.io/abc12',
      page_title: title,
      route_name: route,
    });
    await record(app, [
      ...visits(2, { session: 'a', at: '2026-11-20T01:00:00Z', page: page('Now', 'overview') }),
      ...visits(1, { session: 'b', at: '2026-11-20T02:00:00Z', page: page('Before', null) }),
    ]);
    expect((await analyze('abc12', 'week')).popular_pages).toEqual([
      { path: '/abc12', route: 'overview', title: 'Now', count: 3 },
    ]);
  });

  describe('for a page without a title', () => {
    const untitled = (path: string): UsageTraits['page'] => ({ page_url: `https://osf.io${path}`, page_path: path });

    async function titles(): Promise<Record<string, string>> {
      const { popular_pages: pages } = await analyze('abc12', 'week');
      return Object.fromEntries(pages.map(({ path, title }) => [path, title]));
    }

    it('returns the title of the item', async () => {
      await register(app, 'abc12', { title: 'A study' });
      await register(app, 'kid34', { title: 'Its data', parent_guid: 'abc12' });
      await record(app, [
        { at: '2026-11-20T01:00:00Z', page: untitled('/abc12') },
        { at: '2026-11-20T01:00:00Z', page: untitled('/kid34/files'), item: 'kid34', within: ['abc12'] },
      ]);
      expect(await titles()).toEqual({ '/abc12': 'A study', '/kid34/files': 'Its data' });
    });

    it('returns the path if the item has no title, is unknown, or is now private', async () => {
      await register(app, 'abc12');
      await register(app, 'prv34', { title: 'A secret', parent_guid: 'abc12', public: false });
      await record(app, [
        { at: '2026-11-20T01:00:00Z', page: untitled('/abc12') },
        { at: '2026-11-20T01:00:00Z', page: untitled('/prv34'), item: 'prv34', within: ['abc12'] },
        { at: '2026-11-20T01:00:00Z', page: untitled('/gone5'), item: 'gone5', within: ['abc12'] },
        { at: '2026-11-20T01:00:00Z', page: untitled('') },
      ]);
      expect(await titles()).toEqual({ '/abc12': '/abc12', '/prv34': '/prv34', '/gone5': '/gone5', '': '/' });
    });
  });

  it('returns hostile text unchanged', async () => {
    await register(app, 'abc12');
    const title = '=cmd() <script>alert(1)</script> 😀 \u0000\u202e';
    await record(app, [{ at: '2026-11-20T01:00:00Z', page: { page_url: 'https://osf.io/abc12', page_title: title } }]);
    expect((await analyze('abc12', 'week')).popular_pages[0]?.title).toBe(title);
  });

  it('returns 404 for an unknown item or time span', async () => {
    await register(app, 'abc12');
    const paths = [
      'unknown/week',
      'a%00b/week',
      '%F0%9F%98%80/week',
      'abc12/year',
      'abc12/WEEK',
      'abc12/week%20',
      'abc12',
    ];
    for (const path of paths) {
      const response = await app.request(`query/node_analytics/${path}`);
      expect([path, response.status, response.headers.get('Content-Type')]).toEqual([
        path,
        404,
        'application/vnd.api+json; charset=utf-8',
      ]);
      expect(await response.json()).toMatchObject({ errors: [{ status: '404' }] });
    }
  });

  it('is public for a public item, with or without a trailing slash, and through a view-only link', async () => {
    await register(app, 'abc12');
    for (const path of ['abc12/week', 'abc12/week/', 'abc12/week/?view_only=0123abcd']) {
      const response = await app.request(`query/node_analytics/${path}`);
      expect([response.status, response.headers.get('Cache-Control')]).toEqual([200, 'public, max-age=60']);
    }
  });
});

describe.each(['query/node_analytics/prv12/week/', 'query/item_usage/prv12/', 'query/item_usage/prv12/?period=total'])(
  '%s of a private item',
  (path) => {
    let app: TestApp;

    beforeAll(async () => {
      app = await TestApp.start();
      await register(app, 'prv12', { public: false });
    });

    afterEach(() => jest.restoreAllMocks());
    afterAll(async () => await app.stop());

    function logIn(canRead: boolean): void {
      const identity = app.nest.get(Identity);
      jest.spyOn(identity, 'findUser').mockResolvedValue({ id: 'user1' });
      jest.spyOn(identity, 'canRead').mockResolvedValue(canRead);
    }

    it('returns 401 with WWW-Authenticate without credentials', async () => {
      const response = await app.request(path);
      expect([response.status, response.headers.get('WWW-Authenticate')]).toEqual([401, 'Bearer']);
      expect(response.headers.get('Cache-Control')).toBe('no-store');
    });

    it('returns 403 for a user without read access', async () => {
      logIn(false);
      expect((await app.request(path)).status).toBe(403);
    });

    it('returns 403 for a key with another scope', async () => {
      expect((await app.request(path, { key: TRUSTED_KEY })).status).toBe(403);
    });

    it('is visible to a user with read access, and never cached', async () => {
      logIn(true);
      const response = await app.request(path);
      expect([response.status, response.headers.get('Cache-Control')]).toEqual([200, 'private, no-store']);
    });

    it('is visible with the scope admin', async () => {
      expect((await app.request(path, { key: ADMIN_KEY })).status).toBe(200);
    });

    it('is visible to anyone as soon as the item is public', async () => {
      await register(app, 'prv12', { public: true });
      expect((await app.request(path)).status).toBe(200);
    });
  },
);
