import 'reflect-metadata';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { readConfiguration } from '../dist/config/read-configuration.js';
import { EmbeddedRepository } from '../dist/storage/embedded/embedded-repository.js';
import { Item } from '../dist/osf/item.js';
import { StoreMetrics } from '../dist/storage/store-metrics.js';
import { Clock } from '../dist/time/clock.js';
import { describeTimes, residentMemory, timeEach } from './measure.js';
import { startServer } from './server-process.js';
import { drawItem, fill, guidOf } from './workload.js';

const ITEMS = 100_000;
const SIZES = [1_000_000, 10_000_000];
const CALLS = 100;
const DAY = 86_400_000;

/** The queries, over HTTP, of a service that holds a month of usages. */
export async function benchQueries(scale) {
  const dataDir = await mkdtemp(join(tmpdir(), 'osf-metrics-bench-'));
  const end = new Date();
  const start = new Date(end.getTime() - 29 * DAY);
  let filled = 0;
  for (const size of SIZES.map((each) => Math.round(each * scale))) {
    await fillTo(dataDir, filled, size, start, end);
    filled = size;
    const { size: bytes } = await stat(join(dataDir, 'osf-metrics.duckdb'));
    console.log(
      `${size.toLocaleString('en')} usages of ${ITEMS.toLocaleString('en')} items: ${(bytes / size).toFixed(0)} bytes each`,
    );
    await measure(dataDir);
  }
  await rm(dataDir, { recursive: true });
}

async function fillTo(dataDir, from, to, start, end) {
  const repository = new EmbeddedRepository(
    readConfiguration({ DATA_DIR: dataDir }),
    new Clock(),
    new StoreMetrics(new Registry()),
  );
  await repository.onModuleInit();
  if (from === 0) await registerItems(repository);
  const before = performance.now();
  await fill(repository, { count: to - from, items: ITEMS, start, end });
  const perSecond = ((to - from) / (performance.now() - before)) * 1000;
  console.log(`filled at ${Math.round(perSecond)} usages/s, in batches of 2,000, each durable`);
  await repository.onApplicationShutdown();
}

async function registerItems(repository) {
  const guids = Array.from({ length: ITEMS }, (_, item) => guidOf(item));
  for (let first = 0; first < ITEMS; first += 10_000) {
    const items = guids.slice(first, first + 10_000).map((guid) => Object.assign(new Item(), { guid, public: true }));
    await repository.saveItems(items);
  }
}

async function measure(dataDir) {
  const server = await startServer('dist/main.js', { DATA_DIR: dataDir, REPORTERS_ENABLED: 'false' });
  const get = async (path) => {
    const response = await fetch(`${server.url}/_/metrics/query/${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  };
  const projects = (draw) => Array.from({ length: CALLS }, () => guidOf(Math.floor(draw() / 10) * 10));
  const measured = {
    'node_analytics, a month, any project': [
      projects(() => Math.random() * ITEMS),
      (guid) => get(`node_analytics/${guid}/month`),
    ],
    'node_analytics, a month, as popular as used': [
      projects(() => drawItem(ITEMS)),
      (guid) => get(`node_analytics/${guid}/month`),
    ],
    'node_analytics, a week, any project': [
      projects(() => Math.random() * ITEMS),
      (guid) => get(`node_analytics/${guid}/week`),
    ],
    'item_usage, daily, any project': [
      projects(() => Math.random() * ITEMS),
      (guid) => get(`item_usage/${guid}?period=daily`),
    ],
    'item_usage, total, any project': [
      projects(() => Math.random() * ITEMS),
      (guid) => get(`item_usage/${guid}?period=total`),
    ],
    'user_visits, since yesterday': [Array.from({ length: 10 }), () => get('user_visits')],
    'user_visits, a month': [Array.from({ length: 5 }), () => get('user_visits?timeframe=previous_1_month')],
  };
  for (const [name, [inputs, call]] of Object.entries(measured)) {
    await call(inputs[0]);
    console.log(`  ${name}: ${describeTimes(await timeEach(inputs, call))}`);
  }
  console.log(
    `  ${Math.round(server.startMilliseconds)} ms to the first answer; memory at most ${residentMemory(server.pid).most} MiB`,
  );
  await server.stop();
}
