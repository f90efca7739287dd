import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { readConfiguration } from '../dist/config/read-configuration.js';
import { createHttpApp } from '../dist/bootstrap.js';
import { Catalog } from '../dist/items/catalog.js';
import { describeTimes, timeEach } from './measure.js';
import { describePlans } from './query-plans.js';

const SINGLE = 1_000;
const BATCHES = 20;
const BATCH = 1_000;

/** How long the catalog takes to describe what it never did before, one by one and many at a time, and then again. */
export async function benchOsfCatalog(postgres) {
  const guids = await drawGuids(postgres.url, SINGLE + BATCHES * BATCH);
  const dataDir = await mkdtemp(join(tmpdir(), 'osf-metrics-bench-'));
  const settings = { OSF_DATABASE_URL: postgres.url, OSF_DATABASE_LOOKUP_MILLISECONDS: '60000' };
  const app = await createHttpApp(
    readConfiguration({ DATA_DIR: dataDir, REPORTERS_ENABLED: 'false', LOG_LEVEL: 'silent', ...settings }),
  );
  const catalog = app.get(Catalog);
  let known = 0;
  const describe = async (batch) => {
    known += (await catalog.findItems(batch)).size;
  };
  const single = guids.slice(0, SINGLE).map((guid) => [guid]);
  const batches = Array.from({ length: BATCHES }, (_, index) => guids.slice(SINGLE + index * BATCH).slice(0, BATCH));
  postgres.takePlans();
  console.log(`one item, new: ${describeTimes(await timeEach(single, describe))}`);
  for (const line of describePlans(postgres.takePlans())) console.log(`  ${line}`);
  console.log(`one item, again: ${describeTimes(await timeEach(single, describe))}`);
  console.log(`${BATCH} items, new: ${describeTimes(await timeEach(batches, describe))}`);
  for (const line of describePlans(postgres.takePlans())) console.log(`  ${line}`);
  console.log(`${known} of ${2 * SINGLE + BATCHES * BATCH} items were known`);
  await app.close();
  await rm(dataDir, { recursive: true });
}

/** Of items of every kind that there is. */
async function drawGuids(url, many) {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query('SELECT _id FROM osf_guid ORDER BY md5(_id) LIMIT $1', [many]);
  await client.end();
  return rows.map(({ _id }) => _id);
}
