import { gzipSync } from 'node:zlib';
import { UnavailableError } from '../../src/model/errors.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';
import { readTable } from './read-table.js';
import { fillSite, HEBREW, HOSTILE, NOW } from './sample-site.js';

class StoreError extends UnavailableError {
  readonly publicMessage = 'the store is secret';
}

const MAX_PAGE_BYTES = 100_000;
const POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

describe('the dashboard', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ RESPONSE_CACHE_MB: '8', PUBLIC_URL: 'https://metrics.example.org' }, NOW);
    await fillSite(app);
    app.clock.advance(61);
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => await app.stop());

  const show = async (path: string, options = {}): Promise<[number, string, Headers]> => {
    const response = await app.request(path, options);
    return [response.status, await response.text(), response.headers];
  };

  it('has a page at the root of the API that links to the pages for people', async () => {
    for (const [url, prefix] of [
      ['/_/metrics', 'metrics/'],
      ['/_/metrics/', './'],
    ]) {
      const [status, page] = await show(`${app.url}${url}`);
      expect(status).toBe(200);
      for (const path of ['dashboard/', 'counter/', 'docs/']) expect(page).toContain(`href="${prefix}${path}"`);
    }
  });

  it.each(['', 'dashboard/', 'dashboard/items/proj1/', 'dashboard/?range=7x', 'dashboard/items/nothing/'])(
    'sends a policy that allows only its own files, also from the cache: %s',
    async (path) => {
      for (let time = 0; time < 2; time++) {
        const [, page, headers] = await show(path);
        expect(headers.get('Content-Security-Policy')).toBe(POLICY);
        expect(headers.get('Content-Type')).toBe('text/html; charset=utf-8');
        expect(page).not.toMatch(/ style=| on\w+=|<script>|<style/);
      }
    },
  );

  it('may be cached for a minute', async () => {
    for (const path of ['', 'dashboard/', 'dashboard/items/proj1/']) {
      const [, , headers] = await show(path);
      expect(headers.get('Cache-Control')).toBe('public, max-age=60');
      expect(headers.get('Vary')).toContain('Accept-Language');
    }
  });

  it.each([
    ['dashboard/?range=7x', '&quot;range&quot; must be one of 7d, 28d'],
    ['dashboard/?from=2026-13-01', '&quot;from&quot; '],
    ['dashboard/?from=2026-11-02&to=2026-11-01', '&quot;to&quot; must not be before &quot;from&quot;.'],
    ['dashboard/?from=2027-01-01', '&quot;from&quot; must not be after today.'],
    ['dashboard/?from=2001-01-01&to=2020-01-01', '&quot;from&quot; must be at most 10 years before &quot;to&quot;.'],
    ['dashboard/?to=2026-11-01', '&quot;to&quot; needs &quot;from&quot;.'],
    ['dashboard/?range=7d&from=2026-11-01', '&quot;range&quot; cannot be used together with &quot;from&quot;.'],
    ['dashboard/?from=2020-01-01&interval=day', '&quot;interval&quot; is too short for this range: use week or month.'],
    ['dashboard/?item_type=Planet', '&quot;item_type&quot; has the unknown type &quot;Planet&quot;'],
    [`dashboard/?${new URLSearchParams({ item_type: HOSTILE }).toString()}`, '&lt;script&gt;'],
    ['dashboard/items/proj1/?sort=title', '&quot;sort&quot; must be one of -view_count, -download_count.'],
  ])('returns 400 and a page that says what is wrong for %s', async (path, message) => {
    const [status, page, headers] = await show(path);
    expect([status, page]).toEqual([400, expect.stringContaining('This address is not valid')]);
    expect(page).toContain(message);
    expect(page).not.toContain('<script>');
    expect(headers.get('Cache-Control')).toBe('no-store');
  });

  it.each(['dashboard/?range=12m', 'dashboard/items/proj1/?range=12m'])(
    'returns 503 and a page when the store does not respond: %s',
    async (path) => {
      const fail = async (): Promise<never> => await Promise.reject(new StoreError());
      jest.spyOn(app.nest.get(MetricsRepository), 'listUsageMonths').mockImplementation(fail);
      const [status, page, headers] = await show(path);
      expect([status, headers.get('Retry-After')]).toEqual([503, '5']);
      expect(page).toContain('The figures are not available at the moment');
      expect(page).not.toContain('secret');
    },
  );

  it('shows hostile titles as text, and titles in their direction', async () => {
    const [, overview] = await show('dashboard/');
    const [, item] = await show('dashboard/items/proj1/');
    const escaped = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;';
    for (const page of [overview, item]) {
      expect(page).toContain(escaped);
      expect(page).not.toContain('<script>');
    }
    expect(item).toMatch(/<title>&lt;script/);
    expect(overview).toMatch(new RegExp(`dir="auto"\\s*>${HEBREW}<`));
  });

  it('writes numbers and dates as in the language of the reader', async () => {
    const ask = async (language: string) =>
      (await show('dashboard/?range=7d', { headers: { 'Accept-Language': language } }))[1];
    const period = (page: string) => /<p class="note period">([^<]*)/.exec(page)?.[1];
    expect(period(await ask('en-GB,en;q=0.9'))).toContain('18 Nov 2026 to 24 Nov 2026 (so far)');
    expect(period(await ask('de'))).toContain('18. Nov. 2026');
    expect(period(await ask('*;q=x, xx-, ,en-US'))).toContain('Nov 18, 2026');
  });

  it('shows the referrers and the hours of all items, as the API does', async () => {
    const [, page] = await show('dashboard/?range=90d&provider=osf');
    expect(readTable(page, 'Referrers').slice(1)).toEqual([['search.example.org', '23']]);
    const hours = readTable(page, 'Visits by hour of the day').slice(1);
    expect(hours.filter(([, visits]) => visits !== '0')).toEqual([
      ['9 AM', '2'],
      ['2 PM', '20'],
      ['3 PM', '1'],
    ]);
    const range = 'start_date=2026-08-27&amp;end_date=2026-11-25&amp;provider=osf';
    const csv = `query/platform_analytics/week/?${range}&amp;list=referer_domain&amp;page%5Bsize%5D=100&amp;format=csv&amp;bom=true`;
    expect(page).toContain(`href="../${csv}"`);
    expect((await show(csv.replaceAll('&amp;', '&')))[1]).toMatch(/search\.example\.org.?,23/);
  });

  it('links to all public pages from each page', async () => {
    const [, page] = await show('dashboard/items/proj1/');
    for (const path of ['', 'months/', 'platform/', 'reports/'])
      expect(page).toContain(`href="../../../dashboard/${path}"`);
  });

  it('says when there is no usage', async () => {
    const [, page] = await show('dashboard/items/quiet/');
    expect(page.match(/No usage in this period\./g)).toHaveLength(4);
    const [, old] = await show('dashboard/?from=2020-01-01&to=2020-01-05');
    expect(old.match(/No usage in this period\./g)).toHaveLength(6);
  });

  it('shows a private item to its readers only', async () => {
    const path = 'dashboard/items/priv1/';
    const [anonymous, page] = await show(path);
    expect([anonymous, page]).toEqual([401, expect.stringContaining('This item is private; log in to read it.')]);
    expect(page).not.toContain('Secret');
    expect((await show(path, { key: TRUSTED_KEY }))[0]).toBe(403);
    const [status, shown, headers] = await show(path, { key: ADMIN_KEY });
    expect([status, headers.get('Cache-Control')]).toEqual([200, 'private, no-store']);
    expect(shown).toContain('Secret');
    expect(shown).not.toContain('badge/priv1');
    expect((await show('dashboard/items/nothing/'))[0]).toBe(404);
  });

  it('offers the code of a badge', async () => {
    const [, page] = await show('dashboard/items/prep1/');
    expect(page).toContain('src="../../../badge/prep1.svg"');
    expect(page).toContain('(https://metrics.example.org/_/metrics/badge/prep1.svg)');
  });

  it('weighs less than 100 kB with everything that it loads', async () => {
    for (const path of ['dashboard/?range=90d', 'dashboard/items/proj1/?range=90d', 'dashboard/?range=all']) {
      const [, page] = await show(path);
      let bytes = gzipSync(page).length;
      for (const [, url = ''] of page.matchAll(/(?:href|src)="([^"]*\/assets\/[^"]*)"/g)) {
        const asset = await app.request(new URL(url, `${app.url}/_/metrics/${path}`).href);
        expect(asset.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
        bytes += gzipSync(await asset.text()).length;
      }
      expect(bytes).toBeLessThan(MAX_PAGE_BYTES);
    }
  });

  it('compresses pages and files, and refuses files of another version', async () => {
    const [, page, headers] = await show('dashboard/', { headers: { 'Accept-Encoding': 'gzip' } });
    expect(headers.get('Content-Encoding')).toBe('gzip');
    const path = /dashboard\/assets\/[^"]*uplot\.js/.exec(page)?.[0] ?? '';
    const script = await app.request(path, { headers: { 'Accept-Encoding': 'gzip' } });
    expect([script.status, script.headers.get('Content-Encoding')]).toEqual([200, 'gzip']);
    expect((await show('dashboard/assets/other/uplot.js'))[0]).toBe(404);
  });
});
