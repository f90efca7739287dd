import { controlCluster, describeWithCluster, TestIndexes } from '../support/elasticsearch.js';
import { record, requestRun, usageReports, waitForEnd } from '../support/reporter-runs.js';
import { aPageview, COUNTED_USAGE, send, stored } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

const VISITORS = 1_500;
const SENDERS = 16;
const ITEMS = 4_200;

describeWithCluster('a cluster of three nodes', () => {
  let indexes: TestIndexes;
  let app: TestApp;

  beforeEach(async () => {
    indexes = TestIndexes.onCluster();
    app = await TestApp.start({ ...indexes.environment, ELASTICSEARCH_TIMEOUT_SECONDS: '20' });
  }, 120_000);
  afterEach(async () => {
    await app.stop();
    await indexes.remove();
  }, 120_000);

  /** Sends a view of each visitor until it is answered with 201, as somebody does who is told to come again. */
  async function sendAll(visitors: readonly string[], onSent: (count: number) => void): Promise<number> {
    const waiting = [...visitors];
    let [sent, refused] = [0, 0];
    const sender = async (): Promise<void> => {
      for (let visitor = waiting.pop(); visitor !== undefined; visitor = waiting.pop()) {
        while ((await send(app, aPageview({ client_session_id: visitor }))) !== 201) refused += 1;
        onSent(++sent);
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    return refused;
  }

  async function readiness(): Promise<number> {
    return (await fetch(`${app.url}/health/ready`)).status;
  }

  it('loses nothing and counts nothing twice when a node is killed while usages are recorded', async () => {
    const visitors = Array.from({ length: VISITORS }, (_, index) => `visitor ${index}`);
    let killed = Promise.resolve();
    await sendAll(visitors, (count) => {
      if (count === VISITORS / 3) killed = controlCluster('kill-node', '2');
    });
    const sessions = (await stored(app)).map(({ sessionhour_id }) => sessionhour_id);
    expect(sessions).toHaveLength(VISITORS);
    expect(new Set(sessions).size).toBe(VISITORS);
    await killed;
    await controlCluster('start-node', '2');
  }, 240_000);

  it('ends a monthly run right when a node is killed in the middle of it', async () => {
    await record(
      app,
      Array.from({ length: ITEMS }, (_, index) => ({ item: `i${index}`, at: '2026-10-05T12:00:00Z', session: 's' })),
    );
    const response = await requestRun(app, 'public_item_usage', '2026-10');
    const { data } = (await response.json()) as { data: { id: string } };
    await controlCluster('kill-node', '3');
    const { attributes } = await waitForEnd(app, data.id);
    expect(attributes).toMatchObject({ state: 'succeeded', reports_saved: ITEMS });
    const { meta } = await app.json<{ meta: { total: number } }>('reports/public_item_usage/?page[size]=1');
    expect(meta.total).toBe(ITEMS);
    const reports = await usageReports(app, '2026-10');
    expect([...reports.values()].every(({ view_count }) => view_count === 1)).toBe(true);
    await controlCluster('start-node', '3');
  }, 240_000);

  it('that is away as a whole is answered with 503, and used again when it is back, without a restart', async () => {
    expect(await send(app, aPageview({ client_session_id: 'before' }))).toBe(201);
    await controlCluster('stop');
    const refused = await app.request(COUNTED_USAGE, { body: aPageview({ client_session_id: 'meanwhile' }) });
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    expect(await readiness()).toBe(503);
    expect((await app.request('reports/download_count/recent/')).status).toBe(503);
    await controlCluster('start');
    while ((await readiness()) !== 200);
    expect(await send(app, aPageview({ client_session_id: 'after' }))).toBe(201);
    expect(await stored(app)).toHaveLength(2);
  }, 240_000);

  it('whose disk is full, so that its indexes are read-only, is answered with 503 until there is room', async () => {
    expect(await send(app, aPageview({ client_session_id: 'before' }))).toBe(201);
    const index = `${indexes.prefix}-usages-*`;
    await indexes.client.indices.putSettings({ index, settings: { 'blocks.read_only_allow_delete': true } });
    expect(await send(app, aPageview({ client_session_id: 'meanwhile' }))).toBe(503);
    expect(await stored(app)).toHaveLength(1);
    await indexes.client.indices.putSettings({ index, settings: { 'blocks.read_only_allow_delete': null } });
    expect(await send(app, aPageview({ client_session_id: 'meanwhile' }))).toBe(201);
  }, 120_000);
});
