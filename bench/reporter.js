import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createHttpApp } from '../dist/bootstrap.js';
import { readConfiguration } from '../dist/config/read-configuration.js';
import { PublicItemUsageReporter } from '../dist/reporters/public-item-usage.reporter.js';
import { MetricsRepository } from '../dist/storage/metrics.repository.js';
import { LAST_MONTH } from './item-reports.js';
import { residentMemory } from './measure.js';
import { searchLikeOriginal } from './original-reporter.js';
import { killAtExit, NODE_OPTIONS } from './server-process.js';
import { storesToMeasure, withRepository, withStore } from './stores.js';
import { createUsage, fill, guidOf } from './workload.js';

const SIZES = [100_000, 150_000];
const USAGES_PER_ITEM = 20;
const ONE_BY_ONE = 100;
const REPORTS_PER_SAVE = 1_000;

/** Measures `public_item_usage` for one month, compared with querying one item at a time as `osf.metrics` does. */
export async function benchReporter({ scale, rounds }, figures) {
  const sizes = SIZES.map((size) => Math.round(size * scale));
  for (const Store of storesToMeasure()) {
    const [smaller, larger] = [await measureSize(Store, sizes[0], rounds), await measureSize(Store, sizes[1], rounds)];
    for (const [round, { seconds, peak }] of smaller.entries()) {
      figures.add(Store.label, 'reporterSeconds', seconds);
      figures.add(Store.label, 'reporterMemory', larger[round].peak / peak);
    }
  }
}

async function measureSize(Store, items, rounds) {
  return await withStore(Store, async (store) => {
    const count = items * USAGES_PER_ITEM;
    await withRepository(store, async (repository) => {
      const [start, end] = [LAST_MONTH.start(), LAST_MONTH.end()];
      await fill(repository, { count, items, start, end, writers: store.writers });
      await repository.refresh();
    });
    console.log(`${Store.label}, ${count.toLocaleString('en')} usages of ${items.toLocaleString('en')} items:`);
    const results = [];
    for (let round = 1; round <= rounds; round++) results.push(await runInProcess(Store, store, items));
    return results;
  });
}

/** In a separate process, so that its memory is the reporter's alone. */
async function runInProcess(Store, { dataDir, prefix }, items) {
  const script = fileURLToPath(import.meta.url);
  const parameters = [Store.label, JSON.stringify({ dataDir, prefix }), String(items)];
  const child = killAtExit(fork(script, parameters, { execArgv: NODE_OPTIONS }));
  let result;
  child.once('message', (message) => (result = message));
  const [code] = await once(child, 'exit');
  if (!result) throw new Error(`the reporter ended with code ${code}`);
  return result;
}

async function run(store, items) {
  const configuration = Object.assign(readConfiguration(store.environment), {
    reportersEnabled: false,
    logLevel: 'warn',
  });
  const app = await createHttpApp(configuration);
  const repository = app.get(MetricsRepository);
  // Changes the month, so that its aggregate is built again.
  await repository.recordUsages([{ usage: createUsage(0, LAST_MONTH.start()), adjacentSessions: [] }]);
  const start = performance.now();
  const reports = await saveReports(app.get(PublicItemUsageReporter, { strict: false }), repository);
  const seconds = (performance.now() - start) / 1000;
  const { peak } = residentMemory();
  console.log(`  ${reports} reports in ${seconds.toFixed(1)} s; peak memory ${peak} MiB`);
  const alternatives = { 'one item at a time': (iri) => queryItem(repository, iri) };
  if (store.client) {
    alternatives['one item at a time, searches of osf.metrics'] = (iri) => searchLikeOriginal(store, iri, LAST_MONTH);
  }
  for (const [name, query] of Object.entries(alternatives)) {
    const single = await secondsPerItem(query, items);
    const times = ((single * reports) / seconds).toFixed(0);
    console.log(`  ${name}: ${(single * 1000).toFixed(1)} ms per item; ${times} times as long for all items`);
  }
  await app.close();
  await store.client?.close();
  process.send({ seconds, peak });
}

async function saveReports(reporter, repository) {
  let [reports, batch] = [0, []];
  for await (const report of reporter.report(LAST_MONTH)) {
    report.timestamp = new Date();
    batch.push(report);
    reports += 1;
    if (batch.length === REPORTS_PER_SAVE) await repository.saveReports(batch.splice(0));
  }
  await repository.saveReports(batch);
  return reports;
}

async function secondsPerItem(query, items) {
  const start = performance.now();
  for (let count = 0; count < ONE_BY_ONE; count++) {
    await query(`https://osf.io/${guidOf(Math.floor(Math.random() * items))}`);
  }
  return (performance.now() - start) / 1000 / ONE_BY_ONE;
}

async function queryItem(repository, iri) {
  const time = { start: LAST_MONTH.start(), end: LAST_MONTH.end() };
  const measures = { usages: { count: 'usages' }, sessions: { count: 'session-hours' } };
  const all = (where) => repository.queryUsages({ where, groupings: { all: { by: 'all', measures } } });
  await all({ withinIri: iri, itemPublic: true, time, actionLabels: { allOf: ['view'] } });
  await all({ itemIri: iri, itemPublic: true, time, actionLabels: { allOf: ['download'] } });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , label, fields, items] = process.argv;
  const Store = storesToMeasure().find((each) => each.label === label);
  await run(Store.existing(JSON.parse(fields)), Number(items));
}
