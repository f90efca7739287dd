import 'reflect-metadata';
import { rm } from 'node:fs/promises';
import pg from 'pg';
import { readConfiguration } from '../dist/config/read-configuration.js';
import { createHttpApp } from '../dist/bootstrap.js';
import { Catalog } from '../dist/items/catalog.js';
import { describeTimes, timeEach } from './measure.js';
import { describePlans } from './query-plans.js';
import { createDataDir } from './stores.js';

const SINGLE_LOOKUPS = 1_000;
const BATCH_COUNT = 20;
const BATCH = 1_000;

/** Measures how long the catalog takes to find items, single and in batches, uncached and cached. */
export async function benchOsfCatalog(postgres) {
  const guids = await selectGuids(postgres.url, SINGLE_LOOKUPS + BATCH_COUNT * BATCH);
  const dataDir = await createDataDir();
  const settings = { OSF_DATABASE_URL: postgres.url, OSF_DATABASE_LOOKUP_MILLISECONDS: '60000' };
  const app = await createHttpApp(
    readConfiguration({ DATA_DIR: dataDir, REPORTERS_ENABLED: 'false', LOG_LEVEL: 'silent', ...settings }),
  );
  const catalog = app.get(Catalog);
  let found = 0;
  const findItems = async (batch) => {
    found += (await catalog.findItems(batch)).size;
  };
  const single = guids.slice(0, SINGLE_LOOKUPS).map((guid) => [guid]);
  const batches = Array.from({ length: BATCH_COUNT }, (_, index) =>
    guids.slice(SINGLE_LOOKUPS + index * BATCH).slice(0, BATCH),
  );
  postgres.takePlans();
  console.log(`one item, uncached: ${describeTimes(await timeEach(single, findItems))}`);
  for (const line of describePlans(postgres.takePlans())) console.log(`  ${line}`);
  console.log(`one item, cached: ${describeTimes(await timeEach(single, findItems))}`);
  console.log(`${BATCH} items, uncached: ${describeTimes(await timeEach(batches, findItems))}`);
  for (const line of describePlans(postgres.takePlans())) console.log(`  ${line}`);
  console.log(`found ${found} of ${2 * SINGLE_LOOKUPS + BATCH_COUNT * BATCH} items`);
  await app.close();
  await rm(dataDir, { recursive: true });
}

/** Guids of all kinds of items, in an arbitrary but stable order. */
async function selectGuids(url, count) {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query('SELECT _id FROM osf_guid ORDER BY md5(_id) LIMIT $1', [count]);
  await client.end();
  return rows.map(({ _id }) => _id);
}
