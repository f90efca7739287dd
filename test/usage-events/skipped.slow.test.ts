import { register, send, sendBatch, stored } from '../support/send-usage.js';
import { aPageview, COUNTED_USAGE } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
/** A crawler that COUNTER's list does not know. */
const UNLISTED_CRAWLER = 'Mozilla/5.0 (compatible; Chrome-Lighthouse)';

describe('skipping usages', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start({ CORS_ORIGINS: 'http://localhost:*', PAGE_ORIGINS: 'https://preprints.example' });
  });
  afterEach(() => app.stop());

  const page = (page_url: string): object => aPageview({ pageview_info: { page_url } });

  it.each<[string, object, Record<string, string>, number]>([
    ['robot', aPageview(), { 'User-Agent': GOOGLEBOT }, 204],
    ['robot', aPageview(), { 'User-Agent': UNLISTED_CRAWLER }, 204],
    ['robot', aPageview(), { 'User-Agent': `${'x'.repeat(900)} ${GOOGLEBOT}` }, 204],
    ['prefetch', aPageview(), { 'Sec-Purpose': 'prefetch;prerender' }, 204],
    ['prefetch', aPageview(), { 'Sec-Purpose': 'prefetch' }, 204],
    ['prefetch', aPageview(), { Purpose: 'prefetch' }, 204],
    ['prefetch', aPageview(), { 'X-Moz': 'prefetch' }, 204],
    ['foreign-page', page('https://casino.example/win'), {}, 204],
    ['foreign-page', page('https://osf.io.evil.example/abc12'), {}, 204],
  ])('names the reason %s', async (reason, body, headers) => {
    const response = await app.request(COUNTED_USAGE, { body, headers });
    expect([response.status, response.headers.get('Osf-Metrics-Skipped')]).toEqual([204, reason]);
    expect(await stored(app)).toEqual([]);
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    expect(metrics).toContain(`osf_metrics_usages_skipped_total{reason="${reason}"} 1`);
  });

  it('counts pages of every site of the platform', async () => {
    for (const url of ['https://OSF.io:443/a', 'http://localhost:4200/b', 'https://preprints.example/c']) {
      expect(await send(app, page(url))).toBe(201);
    }
  });

  it('counts what COUNTER does not list with ROBOTS=counter', async () => {
    const counterOnly = await TestApp.start({ ROBOTS: 'counter' });
    expect(await send(counterOnly, aPageview(), { headers: { 'User-Agent': UNLISTED_CRAWLER } })).toBe(201);
    expect(await send(counterOnly, aPageview(), { headers: { 'User-Agent': GOOGLEBOT } })).toBe(204);
    await counterOnly.stop();
  });

  it("uses a batch line's user agent and address for robots and sessions, and stores neither", async () => {
    const line = (fields: object): object => ({ item_guid: 'abc12', action_labels: ['view'], ...fields });
    const user_agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
    expect(
      await sendBatch(app, [
        line({ user_agent: GOOGLEBOT, client_ip: '192.0.2.1' }),
        line({ user_agent, client_ip: '192.0.2.1' }),
        line({ user_agent, client_ip: '::ffff:192.0.2.1' }),
        line({ user_agent, client_ip: '2001:DB8::1' }),
        line({ user_agent, client_ip: '2001:db8:0:0::1' }),
        line({ client_ip: 'nowhere' }),
      ]),
    ).toEqual([
      { status: 'skipped', reason: 'robot' },
      { status: 'recorded' },
      { status: 'recorded' },
      { status: 'recorded' },
      { status: 'recorded' },
      { status: 'rejected', errors: [expect.objectContaining({ source: { pointer: '/data/5/client_ip' } })] },
    ]);
    const usages = await stored(app);
    expect(usages).toHaveLength(2);
    expect(JSON.stringify(usages)).not.toMatch(/Firefox|192\.0\.2|2001:/);
  });

  it('names the attributes of a batch line that it ignores', async () => {
    const outcomes = await sendBatch(app, [
      {
        item_guid: 'abc12',
        action_labels: ['view'],
        useragent: 'x',
        pageview_info: { page_url: 'https://osf.io/', ip: 1 },
      },
    ]);
    expect(outcomes).toEqual([{ status: 'recorded', ignored: ['useragent', 'pageview_info.ip'] }]);
  });

  it("uses a browser's provider only where the catalog knows none, and only a short id", async () => {
    await register(app, 'known', { provider_id: 'egap' });
    await register(app, 'unset', {});
    for (const [item_guid, provider_id] of [
      ['known', 'other'],
      ['unset', 'psyarxiv'],
      ['none1', '!osf;=HYPERLINK("https://evil.example")'],
      ['none2', 'x'.repeat(65)],
    ]) {
      expect(await send(app, aPageview({ item_guid, provider_id, pageview_info: null }))).toBe(201);
    }
    const providers = (await stored(app)).map(({ item_osfid, provider_id }) => [item_osfid, provider_id]);
    expect(providers.sort()).toEqual([
      ['known', 'egap'],
      ['none1', 'osf'],
      ['none2', 'osf'],
      ['unset', 'psyarxiv'],
    ]);
  });
});
