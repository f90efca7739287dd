import { CalendarDate } from '../dist/time/calendar-date.js';
import { Item } from '../dist/model/item.js';
import { nodeAnalyticsQuery } from '../dist/queries/node-analytics.query.js';
import { IndexNames } from '../dist/storage/elasticsearch/indexes/index-names.js';
import { compileSearch } from '../dist/storage/elasticsearch/usage-query-compiler.js';
import { describeTimes, residentMemory, timeEach } from './measure.js';
import { startServer } from './server-process.js';
import { storesToMeasure } from './stores.js';
import { drawItem, fill, guidOf } from './workload.js';

const ITEMS = 100_000;
const SIZES = [1_000_000, 10_000_000];
/** Of which the first fifth are not counted: until then the code is being compiled. */
const CALLS = 125;
const DAY = 86_400_000;

/** The queries, over HTTP, of a service that holds a month of usages. */
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
  const start = new Date(end.getTime() - 29 * DAY);
  let filled = 0;
  for (const size of sizes) {
    await fillTo(store, filled, size, start, end);
    filled = size;
    const bytes = (await store.size()) / size;
    console.log(
      `${size.toLocaleString('en')} usages of ${ITEMS.toLocaleString('en')} items: ${bytes.toFixed(0)} bytes each`,
    );
    await measure(store);
  }
}

async function fillTo(store, from, to, start, end) {
  const repository = await store.open();
  if (from === 0) await registerItems(repository);
  const before = performance.now();
  await fill(repository, { count: to - from, items: ITEMS, start, end, writers: store.writers });
  const perSecond = ((to - from) / (performance.now() - before)) * 1000;
  console.log(
    `filled at ${Math.round(perSecond)} usages/s, in batches of 2,000, ${store.writers} at a time, each durable`,
  );
  await repository.onApplicationShutdown();
}

async function registerItems(repository) {
  const guids = Array.from({ length: ITEMS }, (_, item) => guidOf(item));
  for (let first = 0; first < ITEMS; first += 10_000) {
    const nothing = { iri: null, item_type: null, provider_id: null, provider_iri: null, parent_guid: null };
    const items = guids
      .slice(first, first + 10_000)
      .map((guid) => Object.assign(new Item(), { ...nothing, guid, public: true }));
    await repository.saveItems(items);
  }
}

async function measure(store) {
  const server = await startServer('dist/main.js', { ...store.environment, REPORTERS_ENABLED: 'false' });
  const get = async (path) => {
    const response = await fetch(`${server.url}/_/metrics/query/${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  };
  const projects = (draw) => Array.from({ length: CALLS }, () => guidOf(Math.floor(draw() / 10) * 10));
  const any = () => projects(() => Math.random() * ITEMS);
  const measured = {
    'node_analytics, a month, any project': [any(), (guid) => get(`node_analytics/${guid}/month`)],
    ...(store.client ? { 'the same, asked of the cluster itself': [any(), (guid) => searchOf(store, guid)] } : {}),
    'node_analytics, a month, as popular as used': [
      projects(() => drawItem(ITEMS)),
      (guid) => get(`node_analytics/${guid}/month`),
    ],
    'node_analytics, a week, any project': [any(), (guid) => get(`node_analytics/${guid}/week`)],
    'item_usage, daily, any project': [any(), (guid) => get(`item_usage/${guid}?period=daily`)],
    'item_usage, total, any project': [any(), (guid) => get(`item_usage/${guid}?period=total`)],
    'user_visits, since yesterday': [Array.from({ length: 15 }), () => get('user_visits')],
    'user_visits, a month': [Array.from({ length: 5 }), () => get('user_visits?timeframe=previous_1_month')],
  };
  for (const [name, [inputs, call]] of Object.entries(measured)) {
    const uncounted = inputs.length / 5;
    await timeEach(inputs.slice(0, uncounted), call);
    console.log(`  ${name}: ${describeTimes(await timeEach(inputs.slice(uncounted), call))}`);
  }
  console.log(
    `  ${Math.round(server.startMilliseconds)} ms to the first answer; memory at most ${residentMemory(server.pid).most} MiB`,
  );
  await server.stop();
}

/** The search of `node_analytics`, without the service around it. */
async function searchOf({ client, prefix }, guid) {
  const now = new Date();
  const query = nodeAnalyticsQuery(`https://osf.io/${guid}`, 'month', CalendarDate.at(now));
  const index = new IndexNames(prefix).usagesWithin(query.where.time, now);
  await client.search({ index, ignore_unavailable: true, ...compileSearch(query) });
}
