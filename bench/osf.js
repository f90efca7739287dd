import { rm } from 'node:fs/promises';
import { residentMemory } from './measure.js';
import { benchOsfCatalog } from './osf-catalog.js';
import { fillOsfDatabase } from './osf-database.js';
import { startPostgres } from './postgres-process.js';
import { describePlans } from './query-plans.js';
import { request, runReporter } from './requests.js';
import { withServer } from './server-process.js';
import { createDataDir } from './stores.js';

const DAY_MILLISECONDS = 86_400_000;

/**
 * Measures the reporters and the catalog on a generated OSF database: on a new server, or in the empty database that
 * `OSF_DATABASE_URL` names. Query plans are printed only for the new server.
 */
export async function benchOsf({ scale }) {
  const postgres = process.env.OSF_DATABASE_URL
    ? { url: process.env.OSF_DATABASE_URL, takePlans: () => [], stop: () => undefined }
    : await startPostgres();
  try {
    await fillOsfDatabase(postgres.url, scale);
    await benchReporters(postgres);
    await benchOsfCatalog(postgres);
  } finally {
    await postgres.stop();
  }
}

async function benchReporters(postgres) {
  const dataDir = await createDataDir();
  try {
    const environment = { DATA_DIR: dataDir, OSF_DATABASE_URL: postgres.url };
    await withServer('dist/main.js', environment, (server) => runReporters(server, postgres));
  } finally {
    await rm(dataDir, { recursive: true });
  }
}

async function runReporters(server, postgres) {
  console.log(`the service uses ${residentMemory(server.pid).peak} MiB before the first run`);
  const { data } = await (await request(server, '/_/metrics/reporters')).json();
  for (const { id, attributes } of data.filter((each) => each.attributes.unavailable === null)) {
    postgres.takePlans();
    const { state, error, started_at, finished_at, reports_saved } = await runReporter(
      server,
      id,
      lastCycle(attributes.period),
    );
    const seconds = ((Date.parse(finished_at) - Date.parse(started_at)) / 1000).toFixed(2);
    const memory = residentMemory(server.pid).peak;
    console.log(`${id}: ${error ?? state}, ${reports_saved} reports in ${seconds} s; peak memory ${memory} MiB`);
    for (const line of describePlans(postgres.takePlans())) console.log(`  ${line}`);
  }
}

/** Yesterday or last month. */
function lastCycle(period) {
  const now = new Date();
  if (period === 'daily') return new Date(now - DAY_MILLISECONDS).toISOString().slice(0, 10);
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1)).toISOString().slice(0, 7);
}
