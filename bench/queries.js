import { NodeAnalyticsQuery } from '../dist/queries/node-analytics.query.js';
import { IndexNames } from '../dist/storage/elasticsearch/indexes/index-names.js';
import { compileSearch } from '../dist/storage/elasticsearch/usage-query-compiler.js';
import { CalendarDate } from '../dist/time/calendar-date.js';
import { describeTimes, percentile, residentMemory, timeEach, waitUntilIdle } from './measure.js';
import { queryService } from './requests.js';
import { withServer } from './server-process.js';
import { storesToMeasure, withRepository, withStore } from './stores.js';
import { drawItem, fill, guidOf, registerItems } from './workload.js';

const ITEMS = 100_000;
const SIZES = [5_000_000, 10_000_000];
/** Calls per query. The first fifth warms up the JIT compiler and is not measured. */
const CALLS = 125;
const AT_A_TIME = 8;
const DAY_MILLISECONDS = 86_400_000;

/** Measures the queries over HTTP with one month of usages. */
export async function benchQueries({ scale, rounds }, figures) {
  const end = new Date();
  const start = new Date(end.getTime() - 29 * DAY_MILLISECONDS);
  const [smaller, larger] = SIZES.map((size) => Math.round(size * scale));
  for (const Store of storesToMeasure()) {
    console.log(`${Store.label}:`);
    const add = (id, value) => figures.add(Store.label, id, value);
    await withStore(Store, async (store) => {
      await fillTo(store, 0, smaller, start, end);
      add('queryMemory', await measure(store, rounds, () => undefined));
      await fillTo(store, smaller, larger, start, end);
      await measure(store, rounds, add);
    });
  }
}

async function fillTo(store, from, to, start, end) {
  await withRepository(store, async (repository) => {
    if (from === 0) await registerItems(repository, ITEMS);
    const before = performance.now();
    await fill(repository, { count: to - from, items: ITEMS, start, end, writers: store.writers });
    const perSecond = ((to - from) / (performance.now() - before)) * 1000;
    console.log(
      `bulk loading: ${Math.round(perSecond)} usages/s, in durable batches of 2,000, ${store.writers} at a time`,
    );
  });
  const bytes = (await store.size()) / to;
  console.log(
    `${to.toLocaleString('en')} usages of ${ITEMS.toLocaleString('en')} items: ${bytes.toFixed(0)} bytes each`,
  );
}

/** Measures each query in turn, round by round. @returns the peak memory of the service in MiB */
async function measure(store, rounds, add) {
  return await withServer('dist/main.js', store.environment, async (server) => {
    console.log(`  start to first response: ${Math.round(server.startMilliseconds)} ms`);
    await waitUntilIdle(server.pid);
    for (let round = 1; round <= rounds; round++) {
      for (const [name, { inputs, call, id }] of Object.entries(queriesOf(store, server))) {
        const warmUp = inputs.length / 5;
        await timeEach(inputs.slice(0, warmUp), call);
        const times = await timeEach(inputs.slice(warmUp), call);
        console.log(`  round ${round}, ${name}: ${describeTimes(times)}`);
        if (id) add(id, percentile(times, 0.95));
      }
      const rate = await rateOf(drawProjects(evenly), (guid) => queryService(server, `node_analytics/${guid}/month`));
      console.log(`  round ${round}, node_analytics, month, ${AT_A_TIME} at a time: ${rate.toFixed(0)} requests/s`);
      add('nodeAnalyticsRate', rate);
    }
    const { peak } = residentMemory(server.pid);
    console.log(`  peak memory: ${peak} MiB`);
    return peak;
  });
}

function queriesOf(store, server) {
  const get = (path) => queryService(server, path);
  const nodeAnalytics = (timespan) => (guid) => get(`node_analytics/${guid}/${timespan}`);
  const search = { inputs: drawProjects(evenly), call: (guid) => searchNodeAnalytics(store, guid) };
  return {
    'node_analytics, month': { inputs: drawProjects(evenly), call: nodeAnalytics('month'), id: 'nodeAnalytics' },
    ...(store.client ? { 'the same search without the service': search } : {}),
    'node_analytics, month, by popularity': {
      inputs: drawProjects(() => drawItem(ITEMS)),
      call: nodeAnalytics('month'),
    },
    'node_analytics, week': { inputs: drawProjects(evenly), call: nodeAnalytics('week') },
    'item_usage, daily': { inputs: drawProjects(evenly), call: (guid) => get(`item_usage/${guid}?period=daily`) },
    'item_usage, total': {
      inputs: drawProjects(evenly),
      call: (guid) => get(`item_usage/${guid}?period=total`),
      id: 'itemUsage',
    },
    'user_visits, since yesterday': { inputs: Array.from({ length: 15 }), call: () => get('user_visits') },
    'user_visits, month': {
      inputs: Array.from({ length: 15 }),
      call: () => get('user_visits?timeframe=previous_1_month'),
      id: 'userVisits',
    },
  };
}

const evenly = () => Math.random() * ITEMS;

function drawProjects(draw) {
  return Array.from({ length: CALLS }, () => guidOf(Math.floor(draw() / 10) * 10));
}

/** Calls the function for all inputs, eight at a time. @returns calls per second */
async function rateOf(inputs, call) {
  const start = performance.now();
  const waiting = [...inputs];
  const callNext = async () => {
    while (waiting.length > 0) await call(waiting.pop());
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, callNext));
  return (inputs.length / (performance.now() - start)) * 1000;
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
