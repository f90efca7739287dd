import { LAST_MONTH, saveCounterReports } from './item-reports.js';
import { describeTimes, residentMemory, timeEach } from './measure.js';
import { readAll, request } from './requests.js';
import { withServer } from './server-process.js';
import { storesToMeasure, withRepository, withStore } from './stores.js';
import { guidOf } from './workload.js';

const ITEMS = 1_000_000;
const CALLS = 100;

/** Measures COUNTER reports of a month over HTTP. */
export async function benchCounter({ scale }) {
  const items = Math.round(ITEMS * scale);
  for (const Store of storesToMeasure()) {
    await withStore(Store, async (store) => {
      await withRepository(store, (repository) => saveCounterReports(repository, items));
      console.log(`${Store.label}, ${items.toLocaleString('en')} items:`);
      await withServer('dist/main.js', store.environment, (server) => measure(server, items));
    });
  }
}

async function measure(server, items) {
  const period = `customer_id=0000000000000000&begin_date=${LAST_MONTH}&end_date=${LAST_MONTH}`;
  const headers = { 'Accept-Encoding': 'gzip' };
  const read = async (report, query = '') =>
    readAll(await request(server, `/_/metrics/counter/r51/reports/${report}?${period}${query}`, { headers }));
  const times = async (name, inputs, call) =>
    console.log(`  ${name}: ${describeTimes((await timeEach(inputs, call)).slice(CALLS / 5))}`);
  await times('PR', Array.from({ length: CALLS }), () => read('pr'));
  const guids = Array.from({ length: CALLS }, () => guidOf(Math.floor(Math.random() * items)));
  await times('IR of one item', guids, (guid) => read('ir', `&item_id=${guid}`));
  const start = performance.now();
  const { bytes } = await read('ir', '&attributes_to_show=Access_Method%7CYOP');
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `  IR of all items, gzipped: ${seconds.toFixed(1)} s, ${Math.round(bytes / 2 ** 20)} MiB of JSON; ` +
      `peak memory ${residentMemory(server.pid).peak} MiB`,
  );
}
