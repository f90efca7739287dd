import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { countItems } from '../../src/monthly-usage/item-counts.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { YearMonth } from '../../src/time/year-month.js';
import { TestApp } from '../support/test-app.js';

const USAGES = 4_000_000;
const ITEMS = 100_000;
const ITEMS_PER_PROJECT = 10;

describe('a month with more sessions than the memory of the embedded store holds', () => {
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'osf-metrics-'));
    await (await TestApp.start({ DATA_DIR: dataDir })).stop({ keepData: true });
    const instance = await DuckDBInstance.create(join(dataDir, 'osf-metrics.duckdb'));
    const connection = await instance.connect();
    await connection.run(
      `insert into usage_contexts by name
       select (i + 1)::integer as context_id, i::varchar as fingerprint, 'https://osf.io/' as platform_iri,
         'https://osf.io/i' || i as item_iri, true as item_public, 'osf' as provider_id,
         list_distinct([item_iri, 'https://osf.io/i' || (i - i % ${ITEMS_PER_PROJECT})]) as within_iris, i::ubigint as item_hash
       from range(${ITEMS}) as items(i)`,
    );
    await connection.run(
      `insert into usages_recent by name
       select i as usage_id, timestamp '2026-10-01' + interval (i // 2) second as timestamp,
         (i % ${ITEMS} + 1)::integer as context_id, md5(i::varchar)[:22] as sessionhour_id, false as user_is_authenticated,
         10::utinyint as action_labels, 0 as click_span_ms
       from range(${USAGES}) as usages(i)`,
    );
    connection.closeSync();
    instance.closeSync();
  });
  afterAll(async () => {
    await rm(dataDir, { recursive: true });
  });

  it('counts every usage of every item', async () => {
    const app = await TestApp.start({ DATA_DIR: dataDir });
    const projects = new Set<unknown>();
    let [items, views] = [0, 0];
    for await (const { measures } of countItems(app.nest.get(MetricsRepository), YearMonth.parse('2026-10'))) {
      items += 1;
      views += Number(measures['total.view_session_count']);
      projects.add(measures['total.within_view_session_count']);
    }
    const perItem = USAGES / ITEMS;
    expect({ items, views }).toEqual({ items: ITEMS, views: USAGES });
    expect([...projects].sort()).toEqual([perItem, perItem * ITEMS_PER_PROJECT]);
    await app.stop({ keepData: true });
  });
});
