import { SessionKeys } from '../../src/usage-events/session-keys.service.js';
import { describeWithElasticsearch, TestIndexes } from '../support/elasticsearch.js';
import { aPageview, send, sendBatch, stored } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

const DAYS = 20;
const MONTHS = 4;
const MILLISECONDS_PER_DAY = 86_400_000;

describeWithElasticsearch('a backfill', () => {
  let indexes: TestIndexes;
  let app: TestApp;

  beforeEach(async () => {
    indexes = TestIndexes.onOneNode();
    app = await TestApp.start(indexes.environment);
  });
  afterEach(async () => {
    await app.stop();
    await indexes.remove();
  });

  async function indexesOf(kind: string): Promise<string[]> {
    const found = await indexes.client.indices.get({ index: `${indexes.prefix}-${kind}-*` });
    return Object.keys(found)
      .map((name) => name.slice(`${indexes.prefix}-${kind}-`.length))
      .sort();
  }

  const usageAt = (instant: Date): object => ({
    item_guid: 'abc12',
    action_labels: ['view'],
    client_session_id: 'a-session',
    timestamp: instant.toISOString(),
  });

  it('of many days keeps their session keys in one index, and deletes them with it', async () => {
    const first = Date.parse('2026-10-12T12:00:00Z');
    const usages = Array.from({ length: DAYS }, (_, day) => usageAt(new Date(first + day * MILLISECONDS_PER_DAY)));
    expect(new Set((await sendBatch(app, usages)).map(({ status }) => status))).toEqual(new Set(['recorded']));
    await send(app, aPageview());
    expect(await indexesOf('session-key')).toEqual(['2026-11-24', 'made-2026-11-24']);
    app.clock.set('2026-11-25T23:59:00Z');
    await app.nest.get(SessionKeys).deleteExpired();
    await sendBatch(app, usages);
    await indexes.refresh();
    expect(await stored(app)).toHaveLength(DAYS + 1);
    expect(await indexesOf('session-key')).toEqual(['2026-11-24', 'made-2026-11-24']);
    app.clock.set('2026-11-26T00:00:00Z');
    await app.nest.get(SessionKeys).deleteExpired();
    expect(await indexesOf('session-key')).toEqual([]);
  });

  it('of many new months creates their indexes one by one', async () => {
    const usages = Array.from({ length: MONTHS }, (_, month) => usageAt(new Date(Date.UTC(2025, month, 15, 12))));
    expect(new Set((await sendBatch(app, usages)).map(({ status }) => status))).toEqual(new Set(['recorded']));
    expect(await indexesOf('usages')).toHaveLength(MONTHS);
  });
});
