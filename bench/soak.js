import { setTimeout as delay } from 'node:timers/promises';
import { describeLoad, sendUsages } from './load.js';
import { residentMemory } from './measure.js';
import { withServer } from './server-process.js';
import { storesToMeasure, withRepository, withStore } from './stores.js';
import { registerItems } from './workload.js';

const SECONDS = 300;
const IDLE_SHARE = 0.2;
const ITEMS = 100_000;

/** Measures latency and memory of recording at full load for five minutes, and memory when the service is idle again. */
export async function benchSoak({ seconds = SECONDS, rounds }, figures) {
  for (let round = 1; round <= rounds; round++) {
    for (const Store of storesToMeasure()) {
      console.log(`round ${round}, ${Store.label}:`);
      const add = (id, value) => figures.add(Store.label, id, value);
      await withStore(Store, async (store) => {
        await withRepository(store, (repository) => registerItems(repository, ITEMS));
        await withServer('dist/main.js', store.environment, (server) => measure(server, seconds, add));
      });
    }
  }
}

async function measure({ url, pid }, seconds, add) {
  const slices = [];
  let highest = 0;
  const sampling = setInterval(() => (highest = Math.max(highest, residentMemory(pid).current)), 1000);
  console.log(`  before: RSS ${residentMemory(pid).current} MiB`);
  const result = await sendUsages(url, {
    first: 0,
    count: ITEMS,
    seconds,
    onSlice: (slice) => {
      if (slice.milliseconds.length === 0) return;
      slices.push(slice);
      const { second, p99, longest } = slice;
      const times = `p99 ${p99.toFixed(1)} ms, longest ${longest.toFixed(0)} ms`;
      console.log(
        `  ${second} s: RSS ${residentMemory(pid).current} MiB, ${times}, ${slice.milliseconds.length} usages`,
      );
    },
  });
  clearInterval(sampling);
  console.log(`  in total: ${describeLoad(result)}`);
  await delay(seconds * IDLE_SHARE * 1000);
  const idle = residentMemory(pid).current;
  console.log(`  after ${seconds * IDLE_SHARE} s without load: RSS ${idle} MiB`);
  add('soakP99', Math.max(...slices.map(({ p99 }) => p99)));
  add('soakLongest', result.longest);
  add('soakMemory', highest);
  add('idleMemory', idle);
}
