import { readAll, request } from './requests.js';
import { withServer } from './server-process.js';
import { saveCounterReports } from './item-reports.js';
import { storesToMeasure, withRepository, withStore } from './stores.js';
import { fill } from './workload.js';

const USAGES = 1_000_000;
const ITEMS = 100_000;
const DAY_MILLISECONDS = 86_400_000;

/** Measures how many lines per second a client receives of a full export, and of a CSV file of reports. */
export async function benchFiles({ rounds, scale }, figures) {
  const usages = Math.round(USAGES * scale);
  const items = Math.round(ITEMS * scale);
  for (const Store of storesToMeasure()) {
    await withStore(Store, async (store) => {
      await withRepository(store, async (repository) => {
        const end = new Date();
        const start = new Date(end.getTime() - 29 * DAY_MILLISECONDS);
        await fill(repository, { count: usages, items: ITEMS, start, end, writers: store.writers });
        await saveCounterReports(repository, items);
        await repository.refresh();
      });
      await withServer('dist/main.js', store.environment, async (server) => {
        const files = {
          exportRate: '/_/metrics/events/counted_usage/',
          csvRate: '/_/metrics/reports/counter_item_usage/?format=csv',
        };
        for (let round = 1; round <= rounds; round++) {
          for (const [id, path] of Object.entries(files)) {
            const start = performance.now();
            const { lines } = await readAll(await request(server, path));
            const rate = (lines / (performance.now() - start)) * 1000;
            console.log(`round ${round}, ${Store.label}, ${path}: ${lines} lines, ${Math.round(rate)} per second`);
            figures.add(Store.label, id, rate);
          }
        }
      });
    });
  }
}
