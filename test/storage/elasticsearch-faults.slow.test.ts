import { CLUSTER_FAULTS, CLUSTER_TEXT, refuseDocumentsWith, refuseNewIndexes } from '../support/cluster-faults.js';
import { describeWithElasticsearch, elasticsearchUrl, TestIndexes } from '../support/elasticsearch.js';
import { ScriptedProxy } from '../support/scripted-proxy.js';
import { aPageview, COUNTED_USAGE, register, stored } from '../support/send-usage.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

const BATCH = `${COUNTED_USAGE}batch`;
const READS = [
  'query/node_analytics/abc12/month/',
  'query/user_visits/',
  'query/usage/?start_date=2026-11-01&end_date=2026-11-24',
  'reports/download_count/recent/',
];

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

const WITHOUT_CLUSTER_TEXT = expect.not.stringContaining(CLUSTER_TEXT) as string;
const UNAVAILABLE: Answer = {
  status: 503,
  retryAfter: expect.stringMatching(/^\d+$/) as string,
  text: WITHOUT_CLUSTER_TEXT,
};

describeWithElasticsearch('answers of the cluster and of a proxy in front of it', () => {
  let indexes: TestIndexes;
  let proxy: ScriptedProxy;
  let app: TestApp;

  beforeAll(async () => {
    indexes = TestIndexes.onOneNode();
    proxy = await ScriptedProxy.open(elasticsearchUrl ?? '');
    app = await TestApp.start({
      ...indexes.environment,
      ELASTICSEARCH_URL: proxy.url,
    });
    await waitUntilReady();
    await register(app, 'abc12');
    expect(await record('abc12')).toMatchObject({ status: 201 });
  });
  afterEach(() => {
    proxy.script = undefined;
  });
  afterAll(async () => {
    await app.stop();
    proxy.close();
    await indexes.remove();
  });

  async function answer(path: string, options: Parameters<TestApp['request']>[1] = {}): Promise<Answer> {
    const response = await app.request(path, options);
    return { status: response.status, retryAfter: response.headers.get('Retry-After'), text: await response.text() };
  }

  const record = (item: string): Promise<Answer> =>
    answer(COUNTED_USAGE, { body: aPageview({ item_guid: item, client_session_id: item }) });

  /** Usages of this month and of a month that is over. */
  const batchOf = (item: string) => ({
    data: ['2026-11-03T10:00:00Z', '2026-10-03T10:00:00Z'].map((timestamp) => ({
      item_guid: item,
      client_session_id: item,
      action_labels: ['web', 'view'],
      timestamp,
    })),
  });
  const recordBatch = (item: string): Promise<Answer> => answer(BATCH, { body: batchOf(item), key: TRUSTED_KEY });
  const saveItem = (guid: string): Promise<Answer> =>
    answer(`items/${guid}`, { method: 'PUT', body: { public: true }, key: TRUSTED_KEY });
  const read = (path: string): Promise<Answer> => answer(path, { key: ADMIN_KEY });
  const readiness = (): Promise<Answer> => answer('/health/ready');

  async function waitUntilReady(): Promise<void> {
    while ((await readiness()).status !== 200);
  }

  /** The number of stored usages by item. */
  async function countStored(): Promise<Record<string, number>> {
    await indexes.refresh();
    const counts: Record<string, number> = {};
    for (const { item_osfid } of await stored(app)) counts[item_osfid ?? ''] = (counts[item_osfid ?? ''] ?? 0) + 1;
    return counts;
  }

  it.each(CLUSTER_FAULTS.map((fault, index) => ({ ...fault, item: `item${index}` })))(
    'returns 503 for $name, and recovers',
    async ({ script, prevents, item }) => {
      proxy.script = script;
      const writes = prevents === 'reads' ? [] : [record(`${item}a`), recordBatch(`${item}b`), saveItem(`${item}c`)];
      const reads = prevents === 'writes' ? [] : READS.map(read);
      const answers = await Promise.all([...writes, ...reads, readiness()]);
      expect(answers).toEqual(answers.map(() => UNAVAILABLE));
      proxy.script = undefined;
      await waitUntilReady();
      expect([await record(`${item}a`), await recordBatch(`${item}b`), await saveItem(`${item}c`)]).toEqual(
        [201, 200, 200].map((status) => expect.objectContaining({ status }) as Answer),
      );
    },
  );

  it('counts no usage twice that was sent again', async () => {
    const counts = await countStored();
    const faults = CLUSTER_FAULTS.map(({ name }, index) => [name, counts[`item${index}a`], counts[`item${index}b`]]);
    expect(faults).toEqual(CLUSTER_FAULTS.map(({ name }) => [name, 1, 2]));
  });

  it('returns 503 for the first usage of a month while the cluster accepts no more shards', async () => {
    app.clock.set('2027-03-01T12:00:00Z');
    proxy.script = refuseNewIndexes;
    const answers = await Promise.all([record('march'), readiness()]);
    expect(answers).toEqual(answers.map(() => UNAVAILABLE));
    proxy.script = undefined;
    await waitUntilReady();
    expect(await record('march')).toMatchObject({ status: 201 });
    expect(await countStored()).toMatchObject({ march: 1 });
  });

  it('returns 400 for a usage that the cluster calls wrong, and records the others', async () => {
    proxy.script = refuseDocumentsWith('wrong');
    const refused = await record('wrong');
    expect(refused).toEqual({ status: 400, retryAfter: null, text: WITHOUT_CLUSTER_TEXT });
    const [wrong, right] = [batchOf('wrong').data[0], batchOf('right').data[0]];
    const batch = await answer(BATCH, { body: { data: [wrong, right] }, key: TRUSTED_KEY });
    expect(batch.text).not.toContain(CLUSTER_TEXT);
    expect(JSON.parse(batch.text)).toMatchObject({ data: [{ status: 'rejected' }, { status: 'recorded' }] });
    expect((await readiness()).status).toBe(200);
    const counts = await countStored();
    expect([counts['wrong'], counts['right']]).toEqual([undefined, 1]);
  });
});
