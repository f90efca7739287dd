/**
 * Sends valid and invalid requests, generated from the OpenAPI document, to a running service. A 5xx response, or one that
 * the document does not describe, is a finding. Takes one to two minutes and always uses the same seed. Requires a build
 * and schemathesis (`pip install -r test/fuzz/requirements.txt`).
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ADMIN_KEY = 'fuzz';
const ITEM = 'abc12';
const CASES_PER_OPERATION = 25;
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'unsupported_method',
  'allow_header_conformance',
];

const clients = {
  anonymous: [],
  administrator: ['--header', `Authorization: Bearer ${ADMIN_KEY}`],
};

const dataDir = await mkdtemp(join(tmpdir(), 'osf-metrics-fuzz-'));
const service = startService();
const findings = [];
try {
  const url = await service.url;
  await addData(url);
  for (const [name, options] of Object.entries(clients)) {
    console.log(`\n== as ${name}`);
    if ((await schemathesis(url, options)) !== 0) findings.push(name);
  }
  if (!(await isAlive(url))) findings.push('the service stopped');
} finally {
  service.process.kill('SIGTERM');
  await once(service.process, 'exit');
  await rm(dataDir, { recursive: true, force: true });
}
console.log(findings.length === 0 ? 'fuzz: no findings' : `fuzz: findings: ${findings.join(', ')}`);
process.exit(findings.length === 0 ? 0 : 1);

function startService() {
  const key = createHash('sha256').update(ADMIN_KEY).digest('hex');
  const child = spawn(process.execPath, ['dist/main.js'], {
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      HOST: '127.0.0.1',
      PORT: '0',
      METRICS_API_KEYS: `fuzz=admin=${key}`,
      RATE_LIMIT_PER_MINUTE: '0',
      LOG_LEVEL: 'error',
      REPORTERS_ENABLED: 'false',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { process: child, url: readUrl(child) };
}

async function readUrl(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    const ready = /ready at (http:\/\/[^/]+)/.exec(line);
    if (!ready) {
      console.log(line);
      continue;
    }
    child.stdout.pipe(process.stdout);
    return ready[1];
  }
  throw new Error('the service did not start');
}

/** Stores an item, usages and reports, so that the examples of the document find data. */
async function addData(url) {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${ADMIN_KEY}` };
  const page = { page_url: `https://osf.io/${ITEM}/files`, page_title: 'Files', referer_url: 'https://example.org/' };
  const usage = { item_guid: ITEM, action_labels: ['view', 'web'], pageview_info: page };
  await send('PUT', `items/${ITEM}`, { public: true });
  await send('POST', 'events/counted_usage/batch', [usage, { ...usage, action_labels: ['download'] }]);
  const now = new Date();
  const lastMonth = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1));
  await run('download_count', now.toISOString().slice(0, 10));
  await run('public_item_usage', now.toISOString().slice(0, 7));
  // Without a processed month, COUNTER reports are unavailable.
  for (const id of ['counter_item_usage', 'counter_platform_usage']) await run(id, lastMonth.toISOString().slice(0, 7));

  async function run(reporter, cycle) {
    const { data } = await send('POST', `reporters/${reporter}/runs`, { cycle });
    let state = 'running';
    while (state === 'running') ({ state } = (await send('GET', `reporters/runs/${data.id}`)).data.attributes);
    if (state !== 'succeeded') throw new Error(`${reporter} ${cycle}: ${state}`);
  }

  async function send(method, path, body) {
    const response = await fetch(`${url}/_/metrics/${path}`, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  }
}

async function schemathesis(url, options) {
  const child = spawn(
    'schemathesis',
    [
      'run',
      `${url}/_/metrics/openapi.json`,
      '--checks',
      CHECKS.join(),
      '--phases',
      'examples,coverage,fuzzing',
      '--max-examples',
      String(CASES_PER_OPERATION),
      '--seed',
      '1',
      '--suppress-health-check',
      'all',
      '--warnings',
      'off',
      '--request-timeout',
      '20',
      '--continue-on-failure',
      '--no-color',
      ...options,
    ],
    // A new working directory, because a cache of failing cases from an earlier run would change the result.
    { stdio: 'inherit', cwd: dataDir },
  );
  const [code] = await once(child, 'exit').catch(() => {
    throw new Error('cannot run schemathesis; install it with pip install -r test/fuzz/requirements.txt');
  });
  return code;
}

async function isAlive(url) {
  try {
    return (await fetch(`${url}/health/live`)).ok;
  } catch {
    return false;
  }
}
