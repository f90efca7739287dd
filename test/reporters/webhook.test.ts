import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { AnsweringServer } from '../support/answering-server.js';
import { record, run } from '../support/reporter-runs.js';
import { TestApp } from '../support/test-app.js';

describe('ITEM_USAGE_WEBHOOK_URL', () => {
  let app: TestApp | undefined;
  let server: AnsweringServer | undefined;
  afterEach(async () => {
    await app?.stop();
    server?.stop();
    [app, server] = [undefined, undefined];
  });

  async function report(months: readonly string[]): Promise<string> {
    app = await TestApp.start({ ITEM_USAGE_WEBHOOK_URL: `${server?.url}/hook` });
    const items = Array.from({ length: 501 }, (_, index) => `item${index}`);
    await record(
      app,
      months.flatMap((month) => items.map((item) => ({ item, at: `${month}-03T12:00:00Z` }))),
    );
    for (const month of months) expect((await run(app, 'public_item_usage', month)).attributes.state).toBe('succeeded');
    const { url } = app;
    // Stopping sends what waits.
    await app.nest.close();
    return url;
  }

  it('is told of every reported item, in batches', async () => {
    const bodies: { data: { attributes: { item_osfids: string[] } }[] }[] = [];
    server = await AnsweringServer.startReading(async (request: IncomingMessage) => {
      bodies.push(JSON.parse(await text(request)) as (typeof bodies)[number]);
      return 204;
    });
    await report(['2026-10']);
    expect(bodies.map(({ data }) => data.length)).toEqual([500, 1]);
    expect(bodies[0]?.data[0]).toEqual({
      type: 'reported-item-usage',
      attributes: { item_iri: 'https://osf.io/item0', item_osfids: ['item0'], report_yearmonth: '2026-10' },
    });
    expect(new Set(bodies.flatMap(({ data }) => data.flatMap((each) => each.attributes.item_osfids))).size).toBe(501);
  });

  it('is asked again after a failure, and never fails a run', async () => {
    const statuses = [503, 500, 204];
    let requests = 0;
    server = await AnsweringServer.startReading(async (request: IncomingMessage) => {
      await text(request);
      requests += 1;
      return statuses.shift() ?? 500;
    });
    await report(['2026-10']);
    // Three for the first batch; the second fails and, while the service stops, is not sent again.
    expect(requests).toBeGreaterThanOrEqual(4);
  });
});
