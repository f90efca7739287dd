import type { ServerResponse } from 'node:http';
import { rootDocument, TestOsfApi } from '../support/osf-api.js';
import { aPageview, send, stored } from '../support/send-usage.js';
import { TestApp, TRUSTED_KEY } from '../support/test-app.js';

describe("who is logged in, by the OSF's API", () => {
  let api: TestOsfApi;
  let app: TestApp;
  let sent = 0;

  beforeEach(async () => {
    api = await TestOsfApi.start();
    api.knows('adas-token', 'ada01');
    app = await TestApp.start({ OSF_API_URL: api.url, OSF_API_MILLISECONDS: '300' });
  });
  afterEach(async () => {
    await app.stop();
    await api.stop();
  });

  /** Whether a usage with these headers is stored as one of somebody who is logged in. */
  async function isKnown(headers: Record<string, string>): Promise<boolean | undefined> {
    const page_url = `https://osf.io/abc12/${sent++}`;
    expect(await send(app, aPageview({ pageview_info: { page_url } }), { headers })).toBe(201);
    const usage = (await stored(app)).find(({ pageview_info }) => pageview_info?.page_url === page_url);
    return usage?.user_is_authenticated;
  }

  const withToken = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });

  it('is asked with the token of the request', async () => {
    expect(await isKnown(withToken('adas-token'))).toBe(true);
    expect(api.asked).toEqual([expect.objectContaining({ authorization: 'Bearer adas-token' })]);
  });

  it('is asked with the session, and with no other cookie', async () => {
    expect(await isKnown({ Cookie: 'theme=dark; osf=adas-token; other=secret' })).toBe(true);
    expect(api.asked.map(({ cookie }) => cookie)).toEqual(['osf=adas-token']);
  });

  it('takes the session from the cookie of the configured name', async () => {
    const other = await TestApp.start({ OSF_API_URL: api.url, OSF_SESSION_COOKIE: 'staging-osf' });
    await send(other, aPageview(), { headers: { Cookie: 'osf=adas-token; staging-osf=adas-token' } });
    await other.stop();
    expect(api.asked.map(({ cookie }) => cookie)).toEqual(['staging-osf=adas-token']);
  });

  it.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['another cookie', { Cookie: 'osfx=adas-token; theme=dark' }],
    ['an empty session', { Cookie: 'osf=' }],
    ['a password', { Authorization: 'Basic YWRhOnNlY3JldA==' }],
    ['an endless token', withToken('x'.repeat(5_000))],
    ['a key of this service', withToken(TRUSTED_KEY)],
  ])('is not asked with %s', async (_what, headers) => {
    expect(await isKnown(headers)).toBe(false);
    expect(api.asked.filter(({ cookie }) => cookie !== 'osf=')).toEqual([]);
  });

  it('is nobody by a token that the OSF refuses', async () => {
    expect(await isKnown(withToken('of-nobody'))).toBe(false);
    expect(await isKnown({ Cookie: 'osf=of-nobody' })).toBe(false);
    expect(await lookups('answered')).toBe(2);
  });

  it('is nobody for a minute when it asked too often, and others are known', async () => {
    api.answers = (response) => void response.writeHead(429).end();
    expect(await isKnown(withToken('too-often'))).toBe(false);
    api.answers = undefined;
    expect(await isKnown(withToken('adas-token'))).toBe(true);
    expect(await isKnown(withToken('too-often'))).toBe(false);
    expect(api.asked).toHaveLength(2);
  });

  it('is remembered for a minute', async () => {
    for (let usage = 0; usage < 3; usage++) expect(await isKnown(withToken('adas-token'))).toBe(true);
    expect(api.asked).toHaveLength(1);
    app.clock.advance(59);
    await isKnown(withToken('adas-token'));
    expect(api.asked).toHaveLength(1);
    app.clock.advance(1);
    api.answers = (response) => void response.writeHead(401).end();
    expect(await isKnown(withToken('adas-token'))).toBe(false);
    expect(api.asked).toHaveLength(2);
  });

  it('is asked once for requests that come together', async () => {
    const held: ServerResponse[] = [];
    api.answers = (response) => void held.push(response);
    const sending = Array.from({ length: 20 }, (_, index) =>
      send(app, aPageview({ client_session_id: `together ${index}` }), { headers: withToken('adas-token') }),
    );
    while (held.length === 0) await new Promise(setImmediate);
    held[0]?.end(JSON.stringify(rootDocument('ada01')));
    expect(new Set(await Promise.all(sending))).toEqual(new Set([201]));
    expect(api.asked).toHaveLength(1);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['an error', (response) => void response.writeHead(500).end('secret')],
    ['a redirect', (response) => void response.writeHead(302, { Location: '/v2/elsewhere/' }).end()],
    ['no JSON', (response) => void response.end('<html>')],
    ['other JSON', (response) => void response.end('[]')],
    ['no user', (response) => void response.end('{"meta":{}}')],
    ['a user without an id', (response) => void response.end('{"meta":{"current_user":{"data":{}}}}')],
    ['an id that is none', (response) => void response.end(JSON.stringify(rootDocument("x' OR 1=1")))],
    ['an id that is a list', (response) => void response.end('{"meta":{"current_user":{"data":{"id":["ada01"]}}}}')],
    ['a broken answer', (response) => void response.writeHead(200, { 'Content-Length': 100 }).write('{"meta"')],
    ['nothing', () => undefined],
    ['one byte at a time', drip],
    ['endless text', flood],
    ['a broken connection', (response) => void response.destroy()],
  ])('is nobody when the API answers %s, which is counted', async (_what, answer) => {
    api.answers = answer;
    const begin = performance.now();
    expect(await isKnown(withToken('adas-token'))).toBe(false);
    expect(performance.now() - begin).toBeLessThan(5_000);
    expect(await lookups('failed')).toBe(1);
    expect(api.asked).toHaveLength(1);
  });

  it('is not asked again at once after it failed, and is when it answers again', async () => {
    api.answers = (response) => void response.writeHead(502).end();
    for (let usage = 0; usage < 5; usage++) expect(await isKnown(withToken(`token-${usage}`))).toBe(false);
    expect(api.asked).toHaveLength(1);
    expect(await lookups('not_asked')).toBe(4);
    api.answers = undefined;
    app.clock.advance(1);
    expect(await isKnown(withToken('adas-token'))).toBe(true);
    expect(await isKnown(withToken('of-nobody'))).toBe(false);
    expect(api.asked).toHaveLength(3);
  });

  async function lookups(outcome: string): Promise<number> {
    const metrics = await (await app.request('/metrics')).text();
    const line = new RegExp(`osf_metrics_osf_lookups_total\\{source="api",outcome="${outcome}"\\} (\\d+)`).exec(
      metrics,
    );
    return Number(line?.[1] ?? 0);
  }
});

describe('who is logged in, where there is no OSF', () => {
  it('is nobody', async () => {
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
