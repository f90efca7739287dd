import type { ServerResponse } from 'node:http';
import { rootDocument, TestOsfApi } from '../support/osf-api.js';
import { aPageview, register, send, stored } from '../support/send-usage.js';
import { TestApp, TRUSTED_KEY } from '../support/test-app.js';

describe("identification of users by the OSF's API", () => {
  let api: TestOsfApi;
  let app: TestApp;
  let sent = 0;

  beforeEach(async () => {
    api = await TestOsfApi.start();
    api.addUser('adas-token', 'ada01');
    app = await TestApp.start({ OSF_API_URL: api.url, OSF_API_MILLISECONDS: '1000' });
  });
  afterEach(async () => {
    await app.stop();
    await api.stop();
  });

  /** Whether a usage that is sent with these headers is stored as one of a logged-in user. */
  async function isLoggedIn(headers: Record<string, string>): Promise<boolean | undefined> {
    const page_url = `https://osf.io/abc12/${sent++}`;
    expect(await send(app, aPageview({ pageview_info: { page_url } }), { headers })).toBe(201);
    const usage = (await stored(app)).find(({ pageview_info }) => pageview_info?.page_url === page_url);
    return usage?.user_is_authenticated;
  }

  const withToken = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });

  it('sends the token of the request', async () => {
    expect(await isLoggedIn(withToken('adas-token'))).toBe(true);
    expect(api.requests).toEqual([expect.objectContaining({ authorization: 'Bearer adas-token' })]);
  });

  it('sends the session cookie, and no other cookie', async () => {
    expect(await isLoggedIn({ Cookie: 'theme=dark; osf=adas-token; other=secret' })).toBe(true);
    expect(api.requests.map(({ cookie }) => cookie)).toEqual(['osf=adas-token']);
  });

  it('sends the cookie named by OSF_SESSION_COOKIE', async () => {
    const other = await TestApp.start({ OSF_API_URL: api.url, OSF_SESSION_COOKIE: 'staging-osf' });
    await send(other, aPageview(), { headers: { Cookie: 'osf=adas-token; staging-osf=adas-token' } });
    await other.stop();
    expect(api.requests.map(({ cookie }) => cookie)).toEqual(['staging-osf=adas-token']);
  });

  it.each<[string, Record<string, string>]>([
    ['no credentials', {}],
    ['other cookies', { Cookie: 'osfx=adas-token; theme=dark' }],
    ['an empty session', { Cookie: 'osf=' }],
    ['a password', { Authorization: 'Basic YWRhOnNlY3JldA==' }],
    ['a token that is too long', withToken('x'.repeat(5_000))],
    ['an API key of this service', withToken(TRUSTED_KEY)],
  ])('sends no request with %s', async (_what, headers) => {
    expect(await isLoggedIn(headers)).toBe(false);
    expect(api.requests.filter(({ cookie }) => cookie !== 'osf=')).toEqual([]);
  });

  it('treats a user whose credentials the API rejects as anonymous', async () => {
    expect(await isLoggedIn(withToken('unknown-token'))).toBe(false);
    expect(await isLoggedIn({ Cookie: 'osf=unknown-token' })).toBe(false);
    expect(await lookups('answered')).toBe(2);
  });

  it('treats a rate-limited user as anonymous, without a request for one minute, and others as usual', async () => {
    api.respond = (response) => void response.writeHead(429).end();
    expect(await isLoggedIn(withToken('too-often'))).toBe(false);
    api.respond = undefined;
    expect(await isLoggedIn(withToken('adas-token'))).toBe(true);
    app.clock.advance(59);
    expect(await isLoggedIn(withToken('too-often'))).toBe(false);
    expect(api.requests).toHaveLength(2);
    app.clock.advance(1);
    await isLoggedIn(withToken('too-often'));
    expect(api.requests).toHaveLength(3);
  });

  it('caches a user for one minute', async () => {
    for (let usage = 0; usage < 3; usage++) expect(await isLoggedIn(withToken('adas-token'))).toBe(true);
    expect(api.requests).toHaveLength(1);
    app.clock.advance(59);
    await isLoggedIn(withToken('adas-token'));
    expect(api.requests).toHaveLength(1);
    app.clock.advance(1);
    api.respond = (response) => void response.writeHead(401).end();
    expect(await isLoggedIn(withToken('adas-token'))).toBe(false);
    expect(api.requests).toHaveLength(2);
  });

  it('sends one request for concurrent requests with the same credentials', async () => {
    const pending: ServerResponse[] = [];
    api.respond = (response) => void pending.push(response);
    const sending = Array.from({ length: 20 }, (_, index) =>
      send(app, aPageview({ client_session_id: `together ${index}` }), { headers: withToken('adas-token') }),
    );
    while (pending.length === 0) await new Promise(setImmediate);
    pending[0]?.end(JSON.stringify(rootDocument('ada01')));
    expect(new Set(await Promise.all(sending))).toEqual(new Set([201]));
    expect(api.requests).toHaveLength(1);
  });

  const FAILURES: [string, (response: ServerResponse) => void][] = [
    ['an error', (response) => void response.writeHead(500).end('secret')],
    ['404', (response) => void response.writeHead(404).end()],
    ['a redirect', (response) => void response.writeHead(302, { Location: '/v2/elsewhere/' }).end()],
    ['HTML', (response) => void response.end('<html>')],
    ['other JSON', (response) => void response.end('[]')],
    ['a document without a user', (response) => void response.end('{"meta":{}}')],
    ['a user without an id', (response) => void response.end('{"meta":{"current_user":{"data":{}}}}')],
    ['an invalid id', (response) => void response.end(JSON.stringify(rootDocument("x' OR 1=1")))],
    ['an id that is a list', (response) => void response.end('{"meta":{"current_user":{"data":{"id":["ada01"]}}}}')],
    ['an incomplete response', (response) => void response.writeHead(200, { 'Content-Length': 100 }).write('{"meta"')],
    ['no response', () => undefined],
    ['one byte at a time', drip],
    ['an endless response', flood],
    ['a broken connection', (response) => void response.destroy()],
  ];

  it.each(FAILURES)(
    'treats the user as anonymous when the API returns %s, and counts a failure',
    async (_what, respond) => {
      api.respond = respond;
      expect(await isLoggedIn(withToken('adas-token'))).toBe(false);
      expect(await lookups('failed')).toBe(1);
      expect(api.requests).toHaveLength(1);
    },
  );

  it.each(FAILURES)('identifies other users when the API returns %s for one credential', async (_what, respond) => {
    for (let failure = 0; failure < 2; failure++) {
      api.respond = respond;
      for (let usage = 0; usage < 3; usage++) expect(await isLoggedIn(withToken('odd-token'))).toBe(false);
      api.respond = undefined;
      expect(await isLoggedIn(withToken('adas-token'))).toBe(true);
      app.clock.advance(60);
    }
    expect(await lookups('failed')).toBe(2);
    expect(api.requests).toHaveLength(4);
    expect(await isLoggedIn(withToken('odd-token'))).toBe(false);
    expect(await lookups('answered')).toBe(3);
  });

  it('pauses requests when they fail for many credentials, and resumes when the API is available again', async () => {
    api.respond = (response) => void response.writeHead(502).end();
    for (let usage = 0; usage < 20; usage++) expect(await isLoggedIn(withToken(`token-${usage}`))).toBe(false);
    expect(api.requests).toHaveLength(5);
    expect(await lookups('not_asked')).toBe(15);
    api.respond = undefined;
    app.clock.advance(1);
    expect(await isLoggedIn(withToken('adas-token'))).toBe(true);
    expect(await isLoggedIn(withToken('unknown-token'))).toBe(false);
    expect(api.requests).toHaveLength(7);
  });

  it('pauses requests after one second when no connection is possible, also when the clock is set back', async () => {
    await api.stop();
    for (let usage = 0; usage < 5; usage++) expect(await isLoggedIn(withToken(`token-${usage}`))).toBe(false);
    expect([await lookups('failed'), await lookups('not_asked')]).toEqual([1, 4]);
    app.clock.set('2026-11-24T11:00:00Z');
    await isLoggedIn(withToken('adas-token'));
    expect(await lookups('failed')).toBe(1);
    app.clock.advance(1);
    await isLoggedIn(withToken('adas-token'));
    expect(await lookups('failed')).toBe(2);
    api = await TestOsfApi.start();
  });

  it('returns 503 for a private item while the API is unavailable, and 401 without credentials', async () => {
    await register(app, 'priv1', { public: false });
    const paths = ['query/node_analytics/priv1/week/', 'query/item_usage/priv1/', 'query/item_usage/?guids=priv1'];
    for (const respond of [
      (response: ServerResponse) => void response.writeHead(502).end(),
      (response: ServerResponse) => void response.destroy(),
    ]) {
      api.respond = respond;
      for (const headers of [withToken('adas-token'), { Cookie: 'osf=adas-token' }]) {
        for (const path of paths) {
          const response = await app.request(path, { headers });
          expect([path, response.status, response.headers.get('Retry-After')]).toEqual([path, 503, '5']);
        }
      }
      app.clock.advance(60);
    }
    expect((await app.request(paths[0] as string)).status).toBe(401);
    api.respond = undefined;
    expect((await app.request(paths[0] as string, { headers: withToken('adas-token') })).status).toBe(403);
  });

  async function lookups(outcome: string): Promise<number> {
    const metrics = await (await app.request('/metrics')).text();
    const line = new RegExp(`osf_metrics_osf_lookups_total\\{source="api",outcome="${outcome}"\\} (\\d+)`).exec(
      metrics,
    );
    return Number(line?.[1] ?? 0);
  }
});

describe('identification of users without OSF_API_URL', () => {
  it('treats everyone as anonymous', async () => {
    const app = await TestApp.start();
    await send(app, aPageview(), { headers: { Authorization: 'Bearer adas-token', Cookie: 'osf=adas-token' } });
    expect(await stored(app)).toMatchObject([{ user_is_authenticated: false }]);
    await app.stop();
  });
});

function drip(response: ServerResponse): void {
  response.writeHead(200);
  const dripping = setInterval(() => response.write(' '), 20);
  response.once('close', () => clearInterval(dripping));
}

function flood(response: ServerResponse): void {
  const chunk = ' '.repeat(64 * 1024);
  const pour = (): void => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', pour);
  };
  pour();
}
