import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeWithBrowser, startChromium, USER_AGENT } from '../support/chromium.js';
import { stored } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';
import { serve, type WebSite } from '../support/web-site.js';

describe('tracker.js', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('is smaller than 2 KB compressed, cacheable, and loadable from any origin', async () => {
    const response = await app.request('tracker.js');
    expect(response.headers.get('Content-Type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
    expect(gzipSync(await response.text()).length).toBeLessThan(2048);
    const tag = String(response.headers.get('ETag'));
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`]) {
      const again = await app.request('tracker.js', { headers: { 'If-None-Match': known } });
      expect([known, again.status]).toEqual([known, 304]);
    }
    const other = await app.request('tracker.js', { headers: { 'If-None-Match': '"other"' } });
    expect(other.status).toBe(200);
  });
});

describeWithBrowser('tracker.js on a page of another origin', () => {
  let app: TestApp;
  let site: WebSite;
  let browser: Browser;
  let context: BrowserContext;

  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    app = await TestApp.start();
    context = await browser.newContext({ userAgent: USER_AGENT });
  });
  afterEach(async () => {
    await context.close();
    await site.stop();
    await app.stop();
  });

  /** Opens a page with the script, and waits for its first usage, unless `silent`. */
  async function open(attributes: string, { silent = false } = {}): Promise<Page> {
    const script = `<script src="${app.url}/_/metrics/tracker.js" ${attributes}></script>`;
    site = await serve(`<!doctype html><title>A page</title>${script}`);
    const page = await context.newPage();
    if (silent) await page.goto(`${site.url}one`, { waitUntil: 'networkidle' });
    else await recording(page, () => page.goto(`${site.url}one`));
    return page;
  }

  /** Acts on the page, and waits until it has recorded a usage. */
  async function recording(page: Page, act: () => Promise<unknown>): Promise<void> {
    const recorded = page.waitForResponse((response) => response.request().method() === 'POST');
    await act();
    expect((await recorded).status()).toBe(201);
  }

  const sessionCookies = async (): Promise<string[]> =>
    (await context.cookies()).filter(({ name }) => name === 'osf_metrics_session').map(({ value }) => value);

  it('sends one view per page', async () => {
    await open('data-item-guid="abc12" data-provider-id="egap" data-route-name="a.route"');
    expect(await stored(app)).toMatchObject([
      {
        item_osfid: 'abc12',
        provider_id: 'egap',
        action_labels: ['view', 'web'],
        pageview_info: { page_url: `${site.url}one`, page_title: 'A page', referer_url: null, route_name: 'a.route' },
      },
    ]);
  });

  it('sends one view per navigation in a single-page app', async () => {
    const page = await open('data-item-guid="abc12"');
    await recording(page, () => page.evaluate(`history.pushState(null, '', '/two'); document.title = 'Two'`));
    await page.evaluate(`history.replaceState({ scrolled: true }, '', '/two')`);
    app.clock.advance(5);
    await recording(page, () => page.evaluate(`history.back()`));
    const pages = (await stored(app)).map(({ pageview_info }) => [pageview_info?.page_path, pageview_info?.page_title]);
    // Returning to the first page within 30 seconds is a double click: the last one counts.
    expect(pages.sort()).toEqual([
      ['/one', 'Two'],
      ['/two', 'Two'],
    ]);
    expect((await stored(app)).map(({ pageview_info }) => pageview_info?.referer_url)).toContain(`${site.url}two`);
  });

  it('counts one view when the page rewrites its query or fragment', async () => {
    const page = await open('data-item-guid="abc12"');
    await page.evaluate(
      `history.replaceState(null, '', '/one?utm_source=x'); history.replaceState(null, '', '/one#a')`,
    );
    await page.evaluate(`history.pushState(null, '', '/one?tab=2')`);
    await recording(page, () => page.evaluate(`history.replaceState(null, '', '/two')`));
    const paths = (await stored(app)).map(({ pageview_info }) => pageview_info?.page_path);
    expect(paths.sort()).toEqual(['/one', '/two']);
  });

  it('counts each query of a search page', async () => {
    const page = await open('data-search');
    await recording(page, () => page.evaluate(`history.pushState(null, '', '/one?q=b')`));
    await recording(page, () => page.evaluate(`history.pushState(null, '', '/one?q=c')`));
    expect(await stored(app)).toHaveLength(3);
  });

  it('sends the title that the page sets after it navigates', async () => {
    const page = await open('data-item-guid="abc12"');
    await recording(page, () =>
      page.evaluate(`history.pushState(null, '', '/two'); setTimeout(() => { document.title = 'Two' }, 150)`),
    );
    const titles = (await stored(app)).map(({ pageview_info }) => pageview_info?.page_title);
    expect(titles.sort()).toEqual(['A page', 'Two']);
  });

  it.each([
    ['a module', (src: string) => `<script type="module" src="${src}" data-item-guid="abc12"></script>`],
    [
      'part of a bundle',
      (src: string) => `<script>
        window.osfMetricsSettings = { url: '${new URL('events/counted_usage/', src).href}', itemGuid: 'abc12' };
        fetch('${src}').then((response) => response.text()).then((text) => new Function(text)());
      </script>`,
    ],
  ])('works as %s', async (_what, script) => {
    site = await serve(`<!doctype html><title>A page</title>${script(`${app.url}/_/metrics/tracker.js`)}`);
    const page = await context.newPage();
    await recording(page, () => page.goto(`${site.url}one`));
    expect(await stored(app)).toMatchObject([{ item_osfid: 'abc12' }]);
  });

  it('counts downloads of files and of links that say so', async () => {
    const page = await open('data-item-guid="abc12" data-downloads="pdf, zip"');
    await page.evaluate(`document.body.innerHTML =
      '<a href="/a.PDF?x=1">a</a><a href="/b.html">b</a><a href="/c" data-download-guid="fil34">c</a>';
      addEventListener('click', (event) => event.preventDefault())`);
    await recording(page, () => page.click('text=a'));
    await page.click('text=b');
    await recording(page, () => page.click('text=c'));
    const downloads = (await stored(app)).filter(({ action_labels }) => action_labels.includes('download'));
    expect(downloads.map(({ item_osfid }) => item_osfid).sort()).toEqual(['abc12', 'fil34']);
  });

  it('reports on the console once that requests fail', async () => {
    const failing = await context.newPage();
    const warnings: string[] = [];
    failing.on('console', (message) => warnings.push(message.text()));
    site = await serve(`<!doctype html><script src="${app.url}/_/metrics/tracker.js" data-item-guid=" "></script>`);
    const refused = (): Promise<unknown> => failing.waitForResponse((response) => response.status() === 400);
    await Promise.all([refused(), failing.goto(site.url)]);
    await Promise.all([refused(), failing.evaluate(`history.pushState(null, '', '/two')`)]);
    expect(warnings.filter((text) => text.startsWith('osf-metrics:'))).toEqual([expect.stringContaining('status 400')]);
  });

  it('sends nothing when only the fragment changes', async () => {
    const page = await open('data-item-guid="abc12"');
    await page.evaluate(`location.hash = 'methods'; history.pushState(null, '', '#results')`);
    await recording(page, () => page.evaluate(`history.pushState(null, '', '/two#top')`));
    await recording(page, () => page.evaluate(`history.pushState(null, '', '/two#/three')`));
    const usages = await stored(app);
    const pages = usages.map(({ pageview_info }) => [pageview_info?.page_url, pageview_info?.page_url_hash]);
    expect(pages).toEqual([
      [`${site.url}one`, null],
      [`${site.url}two`, null],
      [`${site.url}two`, expect.any(String)],
    ]);
  });

  it('omits a referrer that is a mobile app', async () => {
    await context.addInitScript(`Object.defineProperty(document, 'referrer', { value: 'android-app://com.example/' })`);
    await open('data-item-guid="abc12"');
    expect(await stored(app)).toMatchObject([{ pageview_info: { referer_url: null } }]);
  });

  it('sends a view of a page from the back/forward cache', async () => {
    const page = await open('data-item-guid="abc12"');
    await page.evaluate('window.isKept = true');
    app.clock.advance(31);
    await recording(page, () => page.goto(`${site.url}two`));
    app.clock.advance(31);
    await recording(page, () => page.evaluate('history.back()'));
    expect(await page.evaluate('window.isKept')).toBe(true);
    const paths = (await stored(app)).map(({ pageview_info }) => pageview_info?.page_path);
    expect(paths).toEqual(['/one', '/two', '/one']);
  });

  it('records the view when the visitor leaves the page at once', async () => {
    site = await serve(`<!doctype html><title>A page</title>
      <script src="${app.url}/_/metrics/tracker.js" data-item-guid="abc12"></script>
      <script>if (location.pathname !== '/next') location.href = '/next';</script>`);
    const page = await context.newPage();
    await page.goto(`${site.url}first`);
    await page.waitForURL('**/next');
    await page.waitForResponse((response) => response.request().method() === 'POST');
    expect((await stored(app)).map(({ pageview_info }) => pageview_info?.page_path).sort()).toEqual([
      '/first',
      '/next',
    ]);
  });

  it('sends nothing for a page without an item, and a search for a search page', async () => {
    const page = await open('', { silent: true });
    expect(await stored(app)).toEqual([]);
    await recording(page, () => page.evaluate(`osfMetrics.pageview({ search: true })`));
    expect(await stored(app)).toMatchObject([{ item_osfid: null, action_labels: ['search', 'web'] }]);
  });

  it('sets a session cookie only with consent', async () => {
    const page = await open('data-item-guid="abc12" data-consent-cookie="agreed"');
    expect(await sessionCookies()).toEqual([]);
    await page.evaluate(`document.cookie = 'agreed=1'`);
    await recording(page, () => page.evaluate(`history.pushState(null, '', '/two')`));
    const [session, ...others] = await sessionCookies();
    expect([typeof session, others]).toEqual(['string', []]);
    await recording(page, () => page.evaluate(`history.pushState(null, '', '/three')`));
    expect(await sessionCookies()).toEqual([session]);
    const ids = (await stored(app)).map(({ sessionhour_id }) => sessionhour_id);
    expect(new Set(ids).size).toBe(2);
  });

  it('sets no session cookie under Global Privacy Control, even with consent', async () => {
    await context.addInitScript(
      `Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })`,
    );
    await open('data-item-guid="abc12" data-consent="granted"');
    expect(await sessionCookies()).toEqual([]);
    expect(await stored(app)).toHaveLength(1);
  });
});
