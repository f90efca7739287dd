import { createHttpApp } from '../dist/bootstrap.js';
import { readConfiguration } from '../dist/config/read-configuration.js';
import { MonthlyUsageBuilder } from '../dist/monthly-usage/monthly-usage-builder.service.js';
import { YearMonth } from '../dist/time/year-month.js';
import { describeTimes, residentMemory, timeEach, waitUntilIdle } from './measure.js';
import { queryService } from './requests.js';
import { withServer } from './server-process.js';
import { storesToMeasure, withRepository, withStore } from './stores.js';
import { fill, guidOf, registerItems } from './workload.js';

const ITEMS = 100_000;
const USAGES = 10_000_000;
const MONTHS = 11;
const CALLS = 125;
const QUERIES = [
  'usage',
  'usage?interval=day',
  'usage?interval=day&compare=previous&group_by=item_type',
  'usage?interval=month&compare=previous',
  'usage?interval=month&group_by=provider',
  'usage?group_by=item&interval=month',
  'usage?group_by=item&interval=day&days_back=28',
  'usage?interval=day&days_back=365',
];

/** Measures the queries that read the monthly aggregate, with a year of usages. */
export async function benchTotals({ scale }) {
  for (const Store of storesToMeasure()) {
    console.log(`${Store.label}:`);
    await withStore(Store, async (store) => {
      await prepare(store, Math.round(USAGES * scale));
      await withServer('dist/main.js', store.environment, measure);
    });
  }
}

async function prepare(store, count) {
  const now = new Date();
  const start = YearMonth.at(now).plusMonths(-MONTHS).start();
  await withRepository(store, async (repository) => {
    await registerItems(repository, ITEMS);
    await fill(repository, { count, items: ITEMS, start, end: now, writers: store.writers });
  });
  const configuration = readConfiguration(store.environment);
  const app = await createHttpApp(Object.assign(configuration, { reportersEnabled: false, logLevel: 'warn' }));
  const before = performance.now();
  await app.get(MonthlyUsageBuilder, { strict: false }).buildUntil(YearMonth.at(now).plusMonths(-1));
  const seconds = ((performance.now() - before) / 1000).toFixed(0);
  console.log(`built ${MONTHS} months of ${count.toLocaleString('en')} usages in ${seconds} s`);
  await app.close();
}

async function measure(server) {
  await waitUntilIdle(server.pid);
  const get = (path) => queryService(server, path);
  const projects = Array.from({ length: CALLS }, () => guidOf(Math.floor((Math.random() * ITEMS) / 10) * 10));
  for (const period of ['total', 'monthly']) {
    const ask = (guid) => get(`item_usage/${guid}?period=${period}`);
    await timeEach(projects.slice(0, CALLS / 5), ask);
    console.log(`  item_usage, ${period}: ${describeTimes(await timeEach(projects.slice(CALLS / 5), ask))}`);
  }
  for (const query of QUERIES) {
    await get(query);
    console.log(`  ${query}: ${describeTimes(await timeEach(Array.from({ length: 10 }), () => get(query)))}`);
  }
  console.log(`  peak memory: ${residentMemory(server.pid).peak} MiB`);
}
