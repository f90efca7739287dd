import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const NGINX_PATHS = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/bin/nginx', '/opt/homebrew/bin/nginx'];
/** Where Debian puts PostgreSQL's programs, in a folder for each version. */
const DEBIAN_POSTGRES = '/usr/lib/postgresql';

/**
 * Builds the service once, for the tests that start it as a process. Names the run and its time limits. Finds the programs that some tests need, names them in
 * the environment of all tests, and says once which tests are skipped without them.
 */
export default function setUp(_, { testTimeout }) {
  process.env.TEST_RUN_ID = randomUUID();
  process.env.TEST_TIMEOUT_MILLISECONDS = String(testTimeout);
  execFileSync(process.execPath, ['scripts/build-if-changed.js'], { stdio: ['ignore', 'ignore', 'inherit'] });
  process.env.CHROMIUM ??= CHROMIUM_PATHS.find(existsSync) ?? '';
  process.env.POSTGRES_BIN ??= findPostgres() ?? '';
  process.env.NGINX ??= NGINX_PATHS.find(existsSync) ?? '';
  process.env.PROMETHEUS_BIN ??= findFolder(['prometheus', 'promtool']) ?? '';
  const missing = [];
  if (!process.env.CHROMIUM) missing.push('Chromium: install it, or set CHROMIUM to its path');
  if (!process.env.POSTGRES_BIN && !process.env.TEST_OSF_DATABASE_URL) {
    missing.push('PostgreSQL: install it, or set POSTGRES_BIN to the folder of its programs');
  }
  if (!process.env.NGINX) missing.push('nginx: install it, or set NGINX to its path');
  if (!process.env.PROMETHEUS_BIN) {
    missing.push('Prometheus: install it, or set PROMETHEUS_BIN to the folder of prometheus and promtool');
  }
  if (!process.env.TEST_ELASTICSEARCH_URL) missing.push('Elasticsearch: set TEST_ELASTICSEARCH_URL to a test cluster');
  if (!process.env.TEST_CELUS_PYTHON || !process.env.TEST_PYCOUNTER_PYTHON) {
    missing.push('clients of the COUNTER API: see .ci/run for TEST_CELUS_PYTHON and TEST_PYCOUNTER_PYTHON');
  }
  if (!process.env.TEST_OPENAPI_PYTHON) {
    missing.push('openapi-python-client: see .ci/run for TEST_OPENAPI_PYTHON');
  }
  for (const each of missing) console.error(`Some tests are skipped without ${each}.`);
}

function findPostgres() {
  const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES) : [];
  return findFolder(
    ['initdb', 'postgres'],
    versions.map((one) => join(DEBIAN_POSTGRES, one, 'bin')),
  );
}

/** Finds the folder of `PATH`, or one of the others, that holds all of these programs. */
function findFolder(programs, others = []) {
  const folders = [...process.env.PATH.split(delimiter), ...others];
  return folders.find((folder) => programs.every((program) => existsSync(join(folder, program))));
}
