import { NodeAnalyticsQuery } from '../dist/queries/node-analytics.query.js';
import { IndexNames } from '../dist/storage/elasticsearch/indexes/index-names.js';
import { compileSearch } from '../dist/storage/elasticsearch/usage-query-compiler.js';
import { CalendarDate } from '../dist/time/calendar-date.js';
import { describeTimes, residentMemory, timeEach } from './measure.js';
import { queryService, startServer } from './server-process.js';
import { storesToMeasure } from './stores.js';
import { drawItem, fill, guidOf, registerItems } from './workload.js';

const ITEMS = 100_000;
const SIZES = [1_000_000, 10_000_000];
/** Calls per query. The first fifth warms up the JIT compiler and is not measured. */
const CALLS = 125;
const DAY_MILLISECONDS = 86_400_000;

/** Measures the queries over HTTP with one month of usages. */
export async function benchQueries(scale) {
  for (const Store of storesToMeasure()) {
    console.log(`${Store.label}:`);
    const store = await Store.create();
    await benchStore(
      store,
      SIZES.map((each) => Math.round(each * scale)),
    );
    await store.remove();
  }
}

async function benchStore(store, sizes) {
  const end = new Date();
  const start = new Date(end.getTime() - 29 * DAY_MILLISECONDS);
  let filled = 0;
  for (const size of sizes) {
    await fillTo(store, filled, size, start, end);
    filled = size;
    const bytes = (await store.size()) / size;
    console.log(
      `${size.toLocaleString('en')} usages of ${ITEMS.toLocaleString('en')} items: ${bytes.toFixed(0)} bytes per usage`,
    );
    await measure(store);
  }
}

async function fillTo(store, from, to, start, end) {
  const repository = await store.open();
  if (from === 0) await registerItems(repository, ITEMS);
  const before = performance.now();
  await fill(repository, { count: to - from, items: ITEMS, start, end, writers: store.writers });
  const perSecond = ((to - from) / (performance.now() - before)) * 1000;
  console.log(
    `bulk loading: ${Math.round(perSecond)} usages/s, in durable batches of 2,000, ${store.writers} at a time`,
  );
  await repository.onApplicationShutdown();
}

async function measure(store) {
  const server = await startServer('dist/main.js', { ...store.environment, REPORTERS_ENABLED: 'false' });
  const get = (path) => queryService(server, path);
  const drawProjects = (draw) => Array.from({ length: CALLS }, () => guidOf(Math.floor(draw() / 10) * 10));
  const evenly = () => drawProjects(() => Math.random() * ITEMS);
  const measured = {
    'node_analytics, month, items drawn evenly': [evenly(), (guid) => get(`node_analytics/${guid}/month`)],
    ...(store.client
      ? { 'the same search without the service': [evenly(), (guid) => searchNodeAnalytics(store, guid)] }
      : {}),
    'node_analytics, month, items drawn by popularity': [
      drawProjects(() => drawItem(ITEMS)),
      (guid) => get(`node_analytics/${guid}/month`),
    ],
    'node_analytics, week, items drawn evenly': [evenly(), (guid) => get(`node_analytics/${guid}/week`)],
    'item_usage, daily, items drawn evenly': [evenly(), (guid) => get(`item_usage/${guid}?period=daily`)],
    'item_usage, total, items drawn evenly': [evenly(), (guid) => get(`item_usage/${guid}?period=total`)],
    'user_visits, since yesterday': [Array.from({ length: 15 }), () => get('user_visits')],
    'user_visits, month': [Array.from({ length: 5 }), () => get('user_visits?timeframe=previous_1_month')],
  };
  for (const [name, [inputs, call]] of Object.entries(measured)) {
    const warmUp = inputs.length / 5;
    await timeEach(inputs.slice(0, warmUp), call);
    console.log(`  ${name}: ${describeTimes(await timeEach(inputs.slice(warmUp), call))}`);
  }
  console.log(
    `  start to first response: ${Math.round(server.startMilliseconds)} ms; peak memory: ${residentMemory(server.pid).peak} MiB`,
  );
  await server.stop();
}

/** Runs the search of `node_analytics` without the service. */
async function searchNodeAnalytics({ client, prefix }, guid) {
  const query = await captureNodeAnalytics(`https://osf.io/${guid}`);
  const index = new IndexNames(prefix).usagesWithin(query.where.time, new Date());
  await client.search({ index, ignore_unavailable: true, ...compileSearch(query) });
}

/** The usage query that `node_analytics` sends to the store. */
async function captureNodeAnalytics(iri) {
  let captured;
  const repository = {
    queryUsages(query) {
      captured = query;
      return Promise.resolve({});
    },
  };
  const tomorrow = CalendarDate.at(new Date()).plusDays(1);
  const days = { start: tomorrow.plusDays(-31), end: tomorrow };
  const titles = { find: () => new Map() };
  await new NodeAnalyticsQuery(repository, titles, { publicMinimumVisits: 1 }).run({
    item: { iri },
    days,
    listLength: 10,
  });
  return captured;
}
