import { randomUUID } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Run } from '../dist/model/run.js';
import { MonthlyCounterItemUsageReport } from '../dist/reports/monthly/counter-item-usage.js';
import { MonthlyCounterPlatformUsageReport } from '../dist/reports/monthly/counter-platform-usage.js';
import { YearMonth } from '../dist/time/year-month.js';
import { describeTimes, residentMemory, timeEach } from './measure.js';
import { startServer } from './server-process.js';
import { storesToMeasure } from './stores.js';
import { guidOf } from './workload.js';

const ITEMS = 1_000_000;
const CALLS = 100;
const ITEMS_PER_SAVE = 2_000;
const TYPES = ['Project', 'File', 'Preprint', 'Registration'];
const MONTH = YearMonth.at(new Date()).plusMonths(-1);
const COUNTS = {
  total_item_investigations: 7,
  unique_item_investigations: 5,
  total_item_requests: 3,
  unique_item_requests: 2,
};

/** Measures COUNTER reports of a month over HTTP. */
export async function benchCounter(scale) {
  const items = Math.round(ITEMS * scale);
  for (const Store of storesToMeasure()) {
    const store = await Store.create();
    const repository = await store.open();
    await saveMonth(repository, items);
    await repository.onApplicationShutdown();
    const server = await startServer('dist/main.js', { ...store.environment, REPORTERS_ENABLED: 'false' });
    const period = `customer_id=0000000000000000&begin_date=${MONTH}&end_date=${MONTH}`;
    const request = (report, query = '') =>
      fetch(`${server.url}/_/metrics/counter/r51/reports/${report}?${period}${query}`, {
        headers: { 'Accept-Encoding': 'gzip' },
      });
    console.log(`${Store.label}, ${items.toLocaleString('en')} items:`);
    const times = async (name, inputs, call) =>
      console.log(`  ${name}: ${describeTimes((await timeEach(inputs, call)).slice(CALLS / 5))}`);
    await times('PR', Array.from({ length: CALLS }), async () => (await request('pr')).arrayBuffer());
    const guids = Array.from({ length: CALLS }, () => guidOf(Math.floor(Math.random() * items)));
    await times('IR of one item', guids, async (guid) => (await request('ir', `&item_id=${guid}`)).arrayBuffer());
    const start = performance.now();
    const bytes = await readAll(await request('ir', '&attributes_to_show=Access_Method%7CYOP'));
    const seconds = (performance.now() - start) / 1000;
    console.log(
      `  IR of all items, gzipped: ${seconds.toFixed(1)} s, ${Math.round(bytes / 2 ** 20)} MiB of JSON; ` +
        `peak memory ${residentMemory(server.pid).peak} MiB`,
    );
    await server.stop();
    await store.remove();
  }
}

async function saveMonth(repository, items) {
  const timestamp = new Date();
  for (let first = 0; first < items; first += ITEMS_PER_SAVE) {
    const reports = Array.from({ length: Math.min(ITEMS_PER_SAVE, items - first) }, (_, index) =>
      Object.assign(new MonthlyCounterItemUsageReport(), {
        report_yearmonth: MONTH,
        timestamp,
        item_iri: `https://osf.io/${guidOf(first + index)}`,
        item_osfid: guidOf(first + index),
        item_type: TYPES[index % TYPES.length],
        resource_type: null,
        access: 'Open',
        title: `The title of the item ${first + index}, of common length`,
        doi: `10.17605/osf.io/${guidOf(first + index)}`,
        authors: [{ name: 'Ada Lovelace', orcid_id: null }],
        publisher: 'OSF',
        publication_date: null,
        parent: null,
        regular: COUNTS,
        tdm: index % 10 === 0 ? COUNTS : { ...COUNTS, total_item_investigations: 0, total_item_requests: 0 },
      }),
    );
    await repository.saveReports(reports);
  }
  const sums = TYPES.map((item_type) =>
    Object.assign(new MonthlyCounterPlatformUsageReport(), {
      report_yearmonth: MONTH,
      timestamp,
      item_type,
      resource_type: null,
      access_method: 'Regular',
      items: COUNTS,
      searches_platform: 0,
    }),
  );
  await repository.saveReports(sums);
  const ended = new Date();
  const run = {
    reporter: 'counter_platform_usage',
    cycle: String(MONTH),
    state: 'succeeded',
    last_key: null,
    error: null,
  };
  await repository.saveRun(
    Object.assign(new Run(), { id: randomUUID(), ...run, started_at: ended, finished_at: ended, reports_saved: 4 }),
  );
  await repository.refresh();
}

/** Reads a response without keeping it. @returns the number of bytes, uncompressed */
async function readAll(response) {
  let bytes = 0;
  const counting = new Writable({
    write(chunk, _encoding, done) {
      bytes += chunk.length;
      done();
    },
  });
  await pipeline(Readable.fromWeb(response.body), counting);
  return bytes;
}
