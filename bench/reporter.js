import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createHttpApp } from '../dist/bootstrap.js';
import { readConfiguration } from '../dist/config/read-configuration.js';
import { PublicItemUsageReporter } from '../dist/reporters/public-item-usage.reporter.js';
import { MetricsRepository } from '../dist/storage/metrics.repository.js';
import { YearMonth } from '../dist/time/year-month.js';
import { residentMemory } from './measure.js';
import { searchLikeOriginal } from './original-reporter.js';
import { NODE_OPTIONS } from './server-process.js';
import { storesToMeasure } from './stores.js';
import { fill, guidOf } from './workload.js';

const ITEMS = 100_000;
const USAGES = 5_000_000;
const ONE_BY_ONE = 100;
const MONTH = YearMonth.parse('2026-10');
const REPORTS_PER_SAVE = 1_000;

/** Measures `public_item_usage` for one month, compared with querying one item at a time as `osf.metrics` does. */
export async function benchReporter(scale) {
  for (const Store of storesToMeasure()) {
    console.log(`${Store.label}:`);
    const store = await Store.create();
    const repository = await store.open();
    const count = Math.round(USAGES * scale);
    await fill(repository, {
      count,
      items: ITEMS,
      start: MONTH.start(),
      end: MONTH.end(),
      writers: store.writers,
    });
    await repository.refresh();
    await repository.onApplicationShutdown();
    // A separate process, so that its memory is the reporter's alone.
    const { dataDir, prefix } = store;
    const child = fork(fileURLToPath(import.meta.url), [Store.label, JSON.stringify({ dataDir, prefix })], {
      execArgv: NODE_OPTIONS,
    });
    await once(child, 'exit');
    await store.remove();
  }
}

async function run(store) {
  const configuration = Object.assign(readConfiguration(store.environment), {
    reportersEnabled: false,
    logLevel: 'warn',
  });
  const app = await createHttpApp(configuration);
  const repository = app.get(MetricsRepository);
  const reporter = app.get(PublicItemUsageReporter, { strict: false });
  const start = performance.now();
  let [reports, batch] = [0, []];
  for await (const report of reporter.report(MONTH)) {
    report.timestamp = new Date();
    batch.push(report);
    reports += 1;
    if (batch.length === REPORTS_PER_SAVE) await repository.saveReports(batch.splice(0));
  }
  await repository.saveReports(batch);
  const seconds = (performance.now() - start) / 1000;
  const { peak } = residentMemory();
  console.log(`${reports} reports in ${seconds.toFixed(1)} s; peak memory ${peak} MiB`);
  const alternatives = { 'one item at a time': (iri) => queryItem(repository, iri) };
  if (store.client) {
    alternatives['one item at a time, searches of osf.metrics'] = (iri) => searchLikeOriginal(store, iri, MONTH);
  }
  for (const [name, query] of Object.entries(alternatives)) {
    const single = await secondsPerItem(query);
    const times = ((single * reports) / seconds).toFixed(0);
    console.log(
      `${name}: ${(single * 1000).toFixed(1)} ms per item (${ONE_BY_ONE} items); ${times} times as long for all items`,
    );
  }
  await app.close();
  await store.client?.close();
}

async function secondsPerItem(query) {
  const start = performance.now();
  for (let count = 0; count < ONE_BY_ONE; count++) {
    await query(`https://osf.io/${guidOf(Math.floor(Math.random() * ITEMS))}`);
  }
  return (performance.now() - start) / 1000 / ONE_BY_ONE;
}

async function queryItem(repository, iri) {
  const time = { start: MONTH.start(), end: MONTH.end() };
  const measures = { usages: { count: 'usages' }, sessions: { count: 'session-hours' } };
  const all = (where) => repository.queryUsages({ where, groupings: { all: { by: 'all', measures } } });
  await all({ withinIri: iri, itemPublic: true, time, actionLabels: { allOf: ['view'] } });
  await all({ itemIri: iri, itemPublic: true, time, actionLabels: { allOf: ['download'] } });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , label, fields] = process.argv;
  const Store = storesToMeasure().find((each) => each.label === label);
  await run(Store.existing(JSON.parse(fields)));
}
