import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { aPageview, COUNTED_USAGE, send, stored } from '../support/send-usage.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

interface ErrorResponse {
  readonly errors: { status: string; title: string; detail?: string; source?: object }[];
}

describe('recording invalid input', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(async () => {
    expect(await stored(app)).toEqual([]);
    await app.stop();
  });

  const page = (fields: object): object => aPageview({ pageview_info: { page_url: 'https://osf.io/', ...fields } });
  const attributes = '/data/attributes';
  const long = 'x'.repeat(4096);

  it.each<[string, unknown, string]>([
    ['no item', aPageview({ item_guid: null }), `${attributes}/item_guid`],
    ['an empty item', aPageview({ item_guid: '' }), `${attributes}/item_guid`],
    ['a blank item', aPageview({ item_guid: '  ' }), `${attributes}/item_guid`],
    ['a number as item', aPageview({ item_guid: 5 }), `${attributes}/item_guid`],
    ['an item that is too long', aPageview({ item_guid: 'x'.repeat(256) }), `${attributes}/item_guid`],
    [
      'a session that is too long',
      aPageview({ client_session_id: 'x'.repeat(256) }),
      `${attributes}/client_session_id`,
    ],
    ['a provider that is not text', aPageview({ provider_id: {} }), `${attributes}/provider_id`],
    ['no labels', aPageview({ action_labels: [] }), `${attributes}/action_labels`],
    ['labels that are not a list', aPageview({ action_labels: 'view' }), `${attributes}/action_labels`],
    ['an unknown label', aPageview({ action_labels: ['view', 'eat'] }), `${attributes}/action_labels`],
    ['a page that is not an object', aPageview({ pageview_info: 'x' }), `${attributes}/pageview_info`],
    ['a list as page', aPageview({ pageview_info: [] }), `${attributes}/pageview_info`],
    ['a page without a URL', aPageview({ pageview_info: {} }), `${attributes}/pageview_info/page_url`],
    ['a relative URL', page({ page_url: '/abc12' }), `${attributes}/pageview_info/page_url`],
    ['a javascript: URL', page({ page_url: 'javascript:alert(1)' }), `${attributes}/pageview_info/page_url`],
    ['a referer that is not text', page({ referer_url: 5 }), `${attributes}/pageview_info/referer_url`],
    ['a title that is too long', page({ page_title: long }), `${attributes}/pageview_info/page_title`],
    [
      'a search without a URL',
      aPageview({ item_guid: null, action_labels: ['search'], pageview_info: null }),
      `${attributes}/item_guid`,
    ],
    ['invalid bare attributes', { item_guid: 5, action_labels: ['view'] }, '/item_guid'],
    ['a document without attributes', { data: { type: 'counted-usage' } }, attributes],
    ['a document without data', { data: null }, attributes],
    ['a list', [], ''],
    ['a string', '"view"', ''],
    ['null', 'null', ''],
  ])('returns 400 with a pointer for %s', async (_what, body, pointer) => {
    const response = await app.request(COUNTED_USAGE, { body });
    expect(response.status).toBe(400);
    expect(response.headers.get('Content-Type')).toContain('application/vnd.api+json');
    const { errors } = (await response.json()) as ErrorResponse;
    expect(errors.map(({ source }) => source)).toContainEqual({ pointer });
    for (const error of errors) expect(error).toMatchObject({ status: '400', detail: expect.any(String) as string });
  });

  it.each(['{', '', '{"data": }', '\u0000'])('returns 400 for %p, which is not JSON', async (body) => {
    const response = await app.request(COUNTED_USAGE, { method: 'POST', body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ status: '400' }] });
  });

  it.each<[string, number, Parameters<TestApp['request']>]>([
    ['a body of more than 64 KiB', 413, [COUNTED_USAGE, { body: page({ page_title: 'x'.repeat(70_000) }) }]],
    [
      'another media type',
      415,
      [COUNTED_USAGE, { body: 'a=b', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }],
    ],
    ['plain text', 415, [COUNTED_USAGE, { body: '{}', headers: { 'Content-Type': 'text/plain' } }]],
    [
      'NDJSON for a single usage',
      415,
      [COUNTED_USAGE, { body: '{}', headers: { 'Content-Type': 'application/x-ndjson' } }],
    ],
    [
      'a compressed body',
      415,
      [COUNTED_USAGE, { body: 'x', headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' } }],
    ],
    [
      'another charset',
      415,
      [COUNTED_USAGE, { body: '{}', headers: { 'Content-Type': 'application/json; charset=iso-8859-1' } }],
    ],
    ['an unknown path', 404, ['events/nothing/', { body: {} }]],
  ])('%s returns %i as a JSON:API document', async (_what, status, request) => {
    const response = await app.request(...request);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      errors: [{ status: String(status), title: expect.any(String) as string }],
    });
  });

  it.each<[string, number, string]>([
    ['headers that are too large', 431, `GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['an unknown method', 400, 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['input that is not HTTP', 400, '\u0016\u0003\u0001'],
  ])('%s returns %i as a JSON:API document', async (_what, status, request) => {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    socket.write(request);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} .*application/vnd.api\\+json`, 's'));
    expect(JSON.parse(body)).toMatchObject({ errors: [{ status: String(status) }] });
  });

  it.each(['GET', 'HEAD'])('%s without an admin key returns 405, as in osf.metrics', async (method) => {
    for (const key of [undefined, 'unknown key', TRUSTED_KEY]) {
      const response = await app.request(COUNTED_USAGE, { method, key });
      expect([response.status, response.headers.get('Allow')]).toEqual([405, 'POST']);
    }
    expect((await app.request(COUNTED_USAGE, { method, key: ADMIN_KEY })).status).toBe(200);
  });

  it.each([
    [undefined, 'an API key with the scope admin is required'],
    ['unknown key', 'the API key is unknown: an API key with the scope admin is required'],
    [TRUSTED_KEY, 'the API key lacks the scope admin'],
  ])('GET with the key %s says why it returns 405', async (key, reason) => {
    expect(await (await app.request(COUNTED_USAGE, { key })).json()).toMatchObject({
      errors: [{ status: '405', detail: `allowed: POST; not GET and HEAD: ${reason}` }],
    });
  });

  it.each(['DELETE', 'PUT', 'PATCH', 'PROPFIND'])('%s returns 405 with the allowed methods', async (method) => {
    const response = await app.request(COUNTED_USAGE, { method });
    expect([response.status, response.headers.get('Allow')]).toEqual([405, 'GET, HEAD, POST']);
  });
});

describe('recording hostile text', () => {
  it.each([
    'control \u0001\u001b[31m characters',
    'a NUL \u0000 character',
    '=HYPERLINK("http://evil.example")',
    '<script>alert(1)</script>',
    "'; drop table usages; --",
    '🦀 \u{1F468}\u200D\u{1F469}',
    '__proto__',
  ])('stores and exports %p unchanged', async (text) => {
    const app = await TestApp.start();
    const pageview_info = { page_url: 'https://osf.io/abc12', page_title: text, route_name: text };
    expect(await send(app, aPageview({ item_guid: text, pageview_info }))).toBe(201);
    expect(await stored(app)).toMatchObject([
      { item_osfid: text, pageview_info: { page_title: text, route_name: text } },
    ]);
    await app.stop();
  });

  it('replaces lone surrogates', async () => {
    const app = await TestApp.start();
    expect(await send(app, '{"item_guid": "a\\ud800b", "action_labels": ["view"]}')).toBe(201);
    expect(await stored(app)).toMatchObject([{ item_osfid: 'a\ufffdb' }]);
    await app.stop();
  });
});
