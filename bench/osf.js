import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { residentMemory } from './measure.js';
import { benchOsfCatalog } from './osf-catalog.js';
import { fillOsfDatabase } from './osf-database.js';
import { startPostgres } from './postgres-process.js';
import { describePlans } from './query-plans.js';
import { startServer } from './server-process.js';

const DAY_MILLISECONDS = 86_400_000;

/**
 * Measures the reporters and the catalog on a generated OSF database: on a new server, or in the empty database that
 * `OSF_DATABASE_URL` names. Query plans are printed only for the new server.
 */
export async function benchOsf(scale) {
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
  const dataDir = await mkdtemp(join(tmpdir(), 'osf-metrics-bench-'));
  const key = randomBytes(16).toString('hex');
  const server = await startServer('dist/main.js', {
    DATA_DIR: dataDir,
    OSF_DATABASE_URL: postgres.url,
    REPORTERS_ENABLED: 'false',
    METRICS_API_KEYS: `bench=admin=${createHash('sha256').update(key).digest('hex')}`,
  });
  try {
    console.log(`the service uses ${residentMemory(server.pid).most} MiB before the first run`);
    const reporters = await request(server, key, '');
    for (const { id, attributes } of reporters.filter((each) => each.attributes.unavailable === null)) {
      postgres.takePlans();
      const { state, error, started_at, finished_at, reports_saved } = await run(server, key, id, attributes.period);
      const seconds = ((Date.parse(finished_at) - Date.parse(started_at)) / 1000).toFixed(2);
      const memory = residentMemory(server.pid).most;
      console.log(`${id}: ${error ?? state}, ${reports_saved} reports in ${seconds} s; peak memory ${memory} MiB`);
      for (const line of describePlans(postgres.takePlans())) console.log(`  ${line}`);
    }
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true });
  }
}

/** Runs a reporter for the last cycle, and waits until the run has finished. */
async function run(server, key, reporter, period) {
  let { id, attributes } = await request(server, key, `/${reporter}/runs`, { cycle: lastCycle(period) });
  while (attributes.state === 'running') {
    await delay(250);
    ({ attributes } = await request(server, key, `/runs/${id}`));
  }
  return attributes;
}

async function request(server, key, path, body) {
  const response = await fetch(`${server.url}/_/metrics/reporters${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { Authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()).data;
}

/** Yesterday or last month. */
function lastCycle(period) {
  const now = new Date();
  if (period === 'daily') return new Date(now - DAY_MILLISECONDS).toISOString().slice(0, 10);
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1)).toISOString().slice(0, 7);
}
