import { LAST_MONTH } from './item-reports.js';
import { describeLoad, sendUsages } from './load.js';
import { readAll, request, runReporter } from './requests.js';
import { withServer } from './server-process.js';
import { storesToMeasure, withRepository, withStore } from './stores.js';
import { fill, guidOf, registerItems } from './workload.js';

const SECONDS = 20;
const ITEMS = 100_000;
const USAGES = 2_000_000;
const DASHBOARD_PAGES = ['', 'platform/', 'months/', `items/${guidOf(0)}/`, 'state/'];

/** What runs beside recording, again and again. Each resolves to a description of what it has done. */
const BESIDES = {
  duringExport: { label: 'full export', runOnce: exportUsages },
  duringMonthlyRun: { label: 'monthly run', runOnce: runMonth, mustEnd: true },
  duringDashboard: { label: 'reads of the dashboard', runOnce: readDashboard },
};

/** Measures recording beside other work, relative to recording alone on the same server. */
export async function benchMixed({ seconds = SECONDS, rounds, scale }, figures) {
  for (const Store of storesToMeasure()) {
    await withStore(Store, async (store) => {
      await withRepository(store, (repository) => prepare(repository, store, Math.round(USAGES * scale)));
      await withServer('dist/main.js', store.environment, async (server) => {
        const load = () => sendUsages(server.url, { first: 0, count: ITEMS, seconds });
        await load();
        for (let round = 1; round <= rounds; round++) {
          for (const [id, beside] of Object.entries(BESIDES)) {
            const label = `round ${round}, ${Store.label}`;
            const alone = await load();
            console.log(`${label}, alone: ${describeLoad(alone)}`);
            const { result, done } = await loadBeside(load, beside, server);
            console.log(`${label}, ${beside.label}: ${describeLoad(result)}; ${done}`);
            figures.add(Store.label, id, result.rate / alone.rate);
          }
        }
      });
    });
  }
}

async function prepare(repository, store, count) {
  await registerItems(repository, ITEMS);
  const [start, end] = [LAST_MONTH.start(), LAST_MONTH.end()];
  await fill(repository, { count, items: ITEMS, start, end, writers: store.writers });
}

/** Repeats the work until the load has ended. Only work that cannot be cancelled is waited for. */
async function loadBeside(load, { runOnce, mustEnd = false }, server) {
  const ending = new AbortController();
  const start = performance.now();
  const descriptions = [];
  const repeat = async () => {
    while (!ending.signal.aborted) {
      const done = await runOnce(server, mustEnd ? undefined : ending.signal);
      descriptions.push(`${done} after ${((performance.now() - start) / 1000).toFixed(1)} s`);
    }
  };
  const repeating = repeat().catch((error) => {
    if (error.name !== 'AbortError') throw error;
  });
  const result = await Promise.race([load(), repeating.then(() => new Promise(() => undefined))]);
  ending.abort();
  await repeating;
  return { result, done: `done: ${descriptions.at(-1) ?? 'nothing'} (${descriptions.length} times)` };
}

async function exportUsages(server, signal) {
  const { lines } = await readAll(await request(server, '/_/metrics/events/counted_usage/', { signal }));
  return `${lines} lines`;
}

/** A late usage changes the month, so that its aggregate is built again. */
async function runMonth(server) {
  const usage = {
    item_guid: guidOf(0),
    client_session_id: `late visitor ${performance.now()}`,
    action_labels: ['view', 'web'],
    timestamp: LAST_MONTH.start().toISOString(),
  };
  const body = { data: [{ type: 'counted-usage', attributes: usage }] };
  await request(server, '/_/metrics/events/counted_usage/batch', { body });
  const { state, error, reports_saved } = await runReporter(server, 'public_item_usage', String(LAST_MONTH));
  return `${error ?? state}, ${reports_saved} reports`;
}

async function readDashboard(server, signal) {
  for (const page of DASHBOARD_PAGES) await readAll(await request(server, `/_/metrics/dashboard/${page}`, { signal }));
  return `${DASHBOARD_PAGES.length} pages`;
}
