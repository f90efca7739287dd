import { hashApiKey } from '../../src/config/api-key.js';
import { UnavailableError } from '../../src/model/errors.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { run } from '../support/reporter-runs.js';
import { aPageview, send } from '../support/send-usage.js';
import { ADMIN_KEY, API_KEYS, TestApp, TRUSTED_KEY } from '../support/test-app.js';
import { readTable } from './read-table.js';

class StoreError extends UnavailableError {
  readonly publicMessage = 'the store is unavailable; try again';
}

const READER_KEY = 'reader-key';

describe('the page of the state', () => {
  let app: TestApp;

  beforeAll(async () => {
    const keys = `${API_KEYS},reader=reports:read-private=${hashApiKey(READER_KEY)}`;
    app = await TestApp.start({ METRICS_API_KEYS: keys }, '2026-11-24T12:00:00Z');
    await send(app, aPageview());
    await send(app, aPageview(), { headers: { 'User-Agent': 'Googlebot/2.1' } });
    await run(app, 'download_count', '2026-11-23');
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => await app.stop());

  const basic = (key: string, user = '') => ({
    headers: { Authorization: `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}` },
  });
  const show = async (): Promise<string> => await (await app.request('dashboard/state/', { key: ADMIN_KEY })).text();

  it('shows the reporters as the API lists them', async () => {
    const rows = readTable(await show(), 'Reporters').slice(1);
    const { data } = await app.json<{ data: { id: string; attributes: Record<string, unknown> }[] }>('reporters/', {
      key: ADMIN_KEY,
    });
    expect(rows.map(([id]) => id)).toEqual(data.map(({ id }) => id));
    expect(data.find(({ id }) => id === 'download_count')?.attributes).toMatchObject({
      last_success_at: '2026-11-24T12:00:00.000Z',
      next_run_at: '2026-11-25T06:00:00.000Z',
    });
    expect(rows.find(([id]) => id === 'download_count')).toEqual([
      'download_count',
      'Nov 24, 2026, 12:00 PM',
      'Nov 25, 2026, 6:00 AM',
      '2026-11-23: succeeded',
      'nothing',
    ]);
    expect(rows.find(([id]) => id === 'user_summary')?.at(-1)).toMatch(/^Not available: .*OSF_DATABASE_URL/);
  });

  it('shows what was skipped, and the list of robots, as the API returns them', async () => {
    const page = await show();
    const { data } = await app.json<{ data: { attributes: Record<string, unknown> } }>('state/', { key: ADMIN_KEY });
    expect(data.attributes).toMatchObject({
      not_ready: null,
      recorded_usages: 1,
      unknown_item_usages: 1,
      skipped_usages: { robot: 1, contributor: 0, prefetch: 0, 'foreign-page': 0 },
      waiting_months: [],
    });
    expect(readTable(page, 'Skipped usages by reason').slice(1)).toEqual([
      ['Robots and crawlers', '1'],
      ['Contributors to the item', '0'],
      ['Pages fetched before they are opened', '0'],
      ['Pages of other sites', '0'],
    ]);
    expect(readTable(page, 'List of robots')[2]).toEqual([
      'Age',
      `${String(data.attributes['robot_list_age_days'])} days`,
    ]);
    expect(page).toContain('Ready: usages are stored and queries are answered.');
  });

  it('links to its figures as CSV', async () => {
    const page = await show();
    for (const [path, line] of [
      ['reporters/?format=csv&bom=true', /^\uFEFF[^]*^download_count,/m],
      ['state/?format=csv&bom=true', /^\uFEFF[^]*^skipped_usages\.robot,1/m],
    ] as const) {
      expect(page).toContain(`href="../../${path.replace('&', '&amp;')}"`);
      const response = await app.request(path, { key: ADMIN_KEY });
      expect(response.headers.get('Content-Disposition')).toMatch(/filename="?(reporters|state)\.csv/);
      expect(
        new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer()).replaceAll('"', ''),
      ).toMatch(line);
    }
  });

  it('says why the service is not ready, and shows what it knows then', async () => {
    const fail = async (): Promise<never> => await Promise.reject(new StoreError());
    const repository = app.nest.get(MetricsRepository);
    for (const name of ['checkHealth', 'findRuns', 'measureSpace', 'listUsageMonths'] as const) {
      jest.spyOn(repository, name).mockImplementation(fail);
    }
    const page = await show();
    expect(page).toContain('Not ready: the store is unavailable; try again.');
    expect(page.match(/The store does not respond\./g)).toHaveLength(2);
    expect(readTable(page, 'Skipped usages by reason')[1]).toEqual(['Robots and crawlers', '1']);
  });

  it('shows the error of a failed run as text', async () => {
    const failed = {
      id: 'failed',
      reporter: 'download_count',
      cycle: '2026-11-22',
      state: 'failed' as const,
      started_at: new Date('2026-11-24T12:00:01Z'),
      finished_at: new Date('2026-11-24T12:00:01Z'),
      reports_saved: 0,
      last_key: null,
      error: '<script>alert(1)</script>',
    };
    jest
      .spyOn(app.nest.get(MetricsRepository), 'findRuns')
      .mockImplementation(async () => await Promise.resolve([failed]));
    const page = await show();
    expect(page).toContain('2026-11-22: failed');
    expect(page).toContain('&lt;script&gt;alert(1)');
    expect(page).not.toContain('<script>alert');
  });

  it('is open to keys with the scope admin only, and is never cached', async () => {
    for (const [options, status] of [
      [{}, 401],
      [{ key: TRUSTED_KEY }, 403],
      [{ key: READER_KEY }, 403],
      [basic('wrong'), 401],
      [basic(ADMIN_KEY), 200],
      [basic(ADMIN_KEY, 'anyone'), 200],
    ] as const) {
      const response = await app.request('dashboard/state/', options);
      expect([response.status, response.headers.get('Content-Type')]).toEqual([status, 'text/html; charset=utf-8']);
      expect(response.headers.get('Cache-Control')).toMatch(/no-store$/);
    }
  });

  it('returns 400 and a page for an unknown parameter, and ignores the range of other pages', async () => {
    const status = async (query: string): Promise<number> =>
      (await app.request(`dashboard/state/${query}`, { key: ADMIN_KEY })).status;
    expect([await status('?x=1'), await status('?range=7d')]).toEqual([400, 200]);
  });

  describe('sign-in', () => {
    const signIn = async (query = '', options = {}): Promise<Response> =>
      await app.request(`sign-in${query}`, { redirect: 'manual', ...options } as object);

    it('asks a browser for a key, at a path above all pages and files', async () => {
      const page = await (await app.request('dashboard/state/')).text();
      expect(page.match(/href="\.\.\/\.\.\/sign-in\?page=dashboard%2Fstate%2F"/g)).toHaveLength(2);
      for (const options of [{}, basic('wrong')]) {
        const response = await signIn('', options);
        expect([response.status, response.headers.get('WWW-Authenticate')]).toEqual([
          401,
          'Basic realm="osf-metrics", charset="UTF-8"',
        ]);
      }
    });

    it('links to itself after a cancelled dialog, and then opens the page of the state', async () => {
      const [, link] = /href="(\.\/sign-in[^"]*)"/.exec(await (await signIn()).text()) ?? [];
      expect(link).toBe('./sign-in');
      const response = await app.request(String(link), { redirect: 'manual', ...basic(ADMIN_KEY) } as object);
      expect([response.status, response.headers.get('Location')]).toEqual([302, './dashboard/state/']);
    });

    it('opens the page with a key', async () => {
      const location = async (query: string): Promise<string | null> =>
        (await signIn(query, basic(ADMIN_KEY))).headers.get('Location');
      expect(await location('')).toBe('./dashboard/state/');
      expect(await location('?page=dashboard/items/abc12')).toBe('./dashboard/items/abc12');
    });

    it('opens the overview with a key that is not for administrators, and names the key', async () => {
      const response = await signIn('', basic(TRUSTED_KEY));
      expect(response.headers.get('Location')).toBe('./dashboard/');
      const overview = await app.request('dashboard/', basic(TRUSTED_KEY));
      expect(await overview.text()).toContain('Signed in with the key &quot;trusted&quot;.');
      expect(overview.headers.get('Cache-Control')).toBe('private, no-store');
    });

    it.each(['//example.org', 'dashboard/../../x', 'https://example.org', 'docs/'])(
      'does not open %s',
      async (page) => {
        const response = await signIn(`?page=${encodeURIComponent(page)}`, basic(ADMIN_KEY));
        expect([response.status, response.headers.get('Location')]).toEqual([400, null]);
      },
    );

    it('accepts the password only for requests that change nothing', async () => {
      const response = await app.request('events/counted_usage/refresh-items/', {
        method: 'POST',
        ...basic(ADMIN_KEY),
      });
      expect(response.status).toBe(401);
    });

    it('shows the pages for administrators in the navigation, and keeps such pages out of caches', async () => {
      const read = async (options: object): Promise<[string, string | null]> => {
        const response = await app.request('dashboard/', options);
        expect(response.headers.get('Vary')).toContain('Authorization');
        return [await response.text(), response.headers.get('Cache-Control')];
      };
      const [visitor, admin] = [await read({}), await read(basic(ADMIN_KEY))];
      expect(visitor[0]).toContain('href="../sign-in?page=dashboard%2F">Sign in</a>');
      expect(admin[0]).not.toContain('sign-in');
      expect(visitor).toEqual([expect.not.stringContaining('dashboard/state/'), 'public, max-age=60']);
      expect(admin).toEqual([expect.stringContaining('href="../dashboard/state/"'), 'private, no-store']);
    });
  });
});
