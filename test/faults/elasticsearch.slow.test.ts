import { controlCluster, describeWithCluster, TestIndexes } from '../support/elasticsearch.js';
import { record, requestRun, usageReports, waitForEnd } from '../support/reporter-runs.js';
import { aPageview, COUNTED_USAGE, send, stored } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

const VISITORS = 1_500;
const SENDERS = 16;
const ITEMS = 4_200;

describeWithCluster('a three-node cluster', () => {
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

  /** Sends one view of each visitor, with retries until the response is 201, as a front end does after a 503. */
  async function sendAll(visitors: readonly string[], onSent: (count: number) => void): Promise<void> {
    const waiting = [...visitors];
    let sent = 0;
    const sender = async (): Promise<void> => {
      for (let visitor = waiting.pop(); visitor !== undefined; visitor = waiting.pop()) {
        while ((await send(app, aPageview({ client_session_id: visitor }))) !== 201);
        onSent(++sent);
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
  }

  async function readiness(): Promise<number> {
    return (await fetch(`${app.url}/health/ready`)).status;
  }

  it('loses no usage and counts none twice when a node is killed during recording', async () => {
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

  it('completes a monthly run correctly when a node is killed during the run', async () => {
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

  it('causes 503 while all nodes are stopped, and is used again without a restart of the service', async () => {
    expect(await send(app, aPageview({ client_session_id: 'before' }))).toBe(201);
    await controlCluster('stop');
    const rejected = await app.request(COUNTED_USAGE, { body: aPageview({ client_session_id: 'meanwhile' }) });
    expect([rejected.status, rejected.headers.get('Retry-After')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    expect(await readiness()).toBe(503);
    expect((await app.request('reports/download_count/recent/')).status).toBe(503);
    await controlCluster('start');
    while ((await readiness()) !== 200);
    expect(await send(app, aPageview({ client_session_id: 'after' }))).toBe(201);
    expect(await stored(app)).toHaveLength(2);
  }, 240_000);

  it('causes 503 while indexes are read-only because the disk is full', async () => {
    expect(await send(app, aPageview({ client_session_id: 'before' }))).toBe(201);
    const index = `${indexes.prefix}-usages-*`;
    await indexes.client.indices.putSettings({ index, settings: { 'blocks.read_only_allow_delete': true } });
    expect(await send(app, aPageview({ client_session_id: 'meanwhile' }))).toBe(503);
    expect(await stored(app)).toHaveLength(1);
    await indexes.client.indices.putSettings({ index, settings: { 'blocks.read_only_allow_delete': null } });
    expect(await send(app, aPageview({ client_session_id: 'meanwhile' }))).toBe(201);
  }, 120_000);
});
