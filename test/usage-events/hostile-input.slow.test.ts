import { once } from 'node:events';
import { connect } from 'node:net';
import { aPageview, COUNTED_USAGE, send, sendBatch, stored } from '../support/send-usage.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';

describe('hostile JSON', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  const UNSAFE = { constructor: 'x', prototype: { constructor: {} }, __proto__: { polluted: true } };
  const unsafeJson = `{"constructor": {"prototype": {"constructor": {}}}, "__proto__": {"polluted": true}, "prototype": 1}`;

  it('is ignored in undeclared attributes, at once and without a trace in memory', async () => {
    const attributes = JSON.stringify(aPageview().data.attributes).slice(1);
    const pad = 'x'.repeat(60_000);
    for (let index = 0; index < 20; index++) {
      const body = `{"x${index}": {"constructor": {"prototype": {"constructor": {}}, "pad${index}": "${pad}"}}, ${attributes}`;
      expect(await send(app, body)).toBe(201);
    }
    expect({}).not.toHaveProperty('polluted');
  });

  it.each<[string, string, string]>([
    ['a usage', 'POST', COUNTED_USAGE],
    ['a batch of usages', 'POST', 'events/counted_usage/batch'],
    ['a moderation step', 'POST', 'events/registries_moderation'],
    ['a batch of moderation steps', 'POST', 'events/registries_moderation/batch'],
    ['an item', 'PUT', 'items/abc12'],
    ['a batch of items', 'POST', 'items/batch'],
    ['a batch of reports', 'POST', 'reports/batch'],
    ['a run', 'POST', 'reporters/public_item_usage/runs'],
  ])('is no error of the service in any attribute of %s', async (_what, method, path) => {
    const names = [
      ...[
        'item_guid',
        'action_labels',
        'pageview_info',
        'provider_id',
        'client_session_id',
        'timestamp',
        'guid',
        'public',
      ],
      ...['authors', 'cycle', 'report_date', 'registration_id', 'type', 'id', 'attributes', 'data', 'within_iris'],
    ];
    for (const name of names) {
      for (const value of [unsafeJson, `[${unsafeJson}]`, '{"constructor": "x"}', '[[[]]]']) {
        const attributes = `{"${name}": ${value}, "action_labels": ["view"]}`;
        for (const body of [
          attributes,
          `{"data": ${attributes}}`,
          `{"data": [${attributes}, {"attributes": ${attributes}}]}`,
        ]) {
          const { status } = await app.request(path, { method, body, key: ADMIN_KEY });
          expect([name, value, status < 500]).toEqual([name, value, true]);
        }
      }
    }
  });

  it('fails only its own line of a batch', async () => {
    const line = { item_guid: 'abc12', action_labels: ['view'] };
    const hostile = JSON.parse(JSON.stringify({ ...line, item_guid: UNSAFE })) as object;
    const outcomes = await sendBatch(app, [line, hostile, line]);
    expect(outcomes.map(({ status }) => status)).toEqual(['recorded', 'rejected', 'recorded']);
  });
});

describe('a long path', () => {
  it('is stored in linear time', async () => {
    const app = await TestApp.start();
    const slashes = '/'.repeat(4_000);
    for (const page_url of [
      `https://osf.io${slashes}x`,
      `https://osf.io/x${slashes}`,
      `https://osf.io/${'%41'.repeat(1_300)}`,
    ]) {
      expect(await send(app, aPageview({ pageview_info: { page_url, referer_url: page_url } }))).toBe(201);
    }
    const paths = (await stored(app)).map(({ pageview_info }) => pageview_info?.page_path);
    expect(paths).toEqual(expect.arrayContaining([`${slashes}x`, '/x', `/${'A'.repeat(1_300)}`]));
    await app.stop();
  });
});

describe('a request without a key', () => {
  it('returns 401 before its body is read', async () => {
    const app = await TestApp.start();
    for (const path of [
      'events/counted_usage/batch',
      'items/batch',
      'reports/batch',
      'events/registries_moderation/batch',
    ]) {
      const { hostname, port } = new URL(app.url);
      const socket = connect(Number(port), hostname);
      const head = [`POST /_/metrics/${path} HTTP/1.1`, 'Host: x', 'Content-Type: application/json'].join('\r\n');
      // The rest of the body never arrives.
      socket.write(`${head}\r\nContent-Length: 16000000\r\n\r\n{`);
      const [response] = (await once(socket, 'data')) as [Buffer];
      expect([path, response.toString().split('\r\n')[0]]).toEqual([path, 'HTTP/1.1 401 Unauthorized']);
      socket.destroy();
    }
    await app.stop();
  });
});
