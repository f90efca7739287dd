/**
 * Sends hostile values to every route of the service, on the embedded store and, with `TEST_ELASTICSEARCH_URL`, on a
 * cluster. A 5xx response, one that takes over five seconds, or memory that grows over the run is a finding. The seed is
 * always the same; `FUZZ_SEED` and `FUZZ_REQUESTS` change the run. Requires a build and `node --expose-gc`.
 */
import 'reflect-metadata';
import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttpApp } from '../../dist/bootstrap.js';
import { hashApiKey } from '../../dist/config/api-key.js';
import { readConfiguration } from '../../dist/config/read-configuration.js';

const ADMIN_KEY = 'fuzz';
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 10_000);
const CONCURRENCY = 4;
const MAX_SECONDS = 5;
const MAX_GROWTH_MEBIBYTES = 16;
/** Caches, compiled code and metrics fill up before the first measurement. */
const WARM_UP_SHARE = 0.4;

const draw = createRandom(Number(process.env.FUZZ_SEED ?? 1));
const pick = (list) => list[Math.floor(draw() * list.length)];

const HOSTILE_TEXTS = [
  '',
  ' ',
  '0',
  '-1',
  '1e309',
  'null',
  'x'.repeat(300),
  'x'.repeat(5_000),
  '/'.repeat(4_000),
  '../../etc/passwd',
  '%00',
  '%',
  '%ff%fe',
  '\u0000\u001b[31m',
  '\ud800',
  '𝕏🦀\u202e',
  "' OR 1=1; --",
  '"};{"$ne":null}',
  '=HYPERLINK("http://evil.example")',
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  'https://user:pass@evil.example:99999/\\..\\?#',
  'https://osf.io/abc12?view_only=1#/x',
  'android-app://com.example/',
  '2026-02-30',
  '9999-12-31T23:59:59.999Z',
  '2026-11-24T12:00:00+99:99',
  '-999999-01-01',
  'previous_999999999999_years',
  'a,'.repeat(700),
  'abc12',
  '2026-10',
  '2026-10-01',
  'public_item_usage',
  'download_count',
];
const HOSTILE_VALUES = [
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  Number.MAX_SAFE_INTEGER + 2,
  [],
  {},
  [[[[]]]],
  [null, {}, [], 'x'],
  { constructor: 'x' },
  { constructor: { prototype: { constructor: {} }, pad: 'x'.repeat(1_000) } },
  { toString: 1, valueOf: 1, then: 1, toJSON: 1, length: 1e9 },
  Array.from({ length: 2_000 }, () => 'view'),
];
const NAMES = [
  ...['item_guid', 'client_session_id', 'provider_id', 'action_labels', 'pageview_info', 'page_url', 'referer_url'],
  ...['timestamp', 'user_id', 'sessionhour_id', 'within_iris', 'item_type', 'guid', 'public', 'authors', 'parent_guid'],
  ...['type', 'id', 'attributes', 'data', 'cycle', 'report_date', 'report_yearmonth', 'registration_id', 'x'],
];
const PARAMETERS = [
  ...['days_back', 'timeframe', 'timeframeStart', 'timeframeEnd', 'start_date', 'end_date', 'sort', 'format', 'page'],
  ...['page[size]', 'page[number]', 'page[after]', 'filter[item_iri]', 'filter[timestamp][ne]', 'filter[__proto__]'],
  ...['period', 'guids', 'from', 'until', 'report_yearmonth', 'reporter', 'cycle', 'x'],
];
const MEDIA_TYPES = [
  'application/json',
  'application/vnd.api+json',
  'application/x-ndjson',
  'application/json; charset=utf-16',
  'text/plain',
  '',
  ';;;',
];

const findings = [];
const stores = [{}, ...(process.env.TEST_ELASTICSEARCH_URL ? [clusterSettings()] : [])];
for (const settings of stores) await fuzz(settings);
console.log(findings.length === 0 ? 'hostile fuzz: no findings' : findings.slice(0, 20).join('\n'));
process.exit(findings.length === 0 ? 0 : 1);

function clusterSettings() {
  return {
    ELASTICSEARCH_URL: process.env.TEST_ELASTICSEARCH_URL,
    ELASTICSEARCH_PREFIX: `test-${randomUUID()}`,
    ELASTICSEARCH_REPLICAS: '0',
  };
}

async function fuzz(settings) {
  const dataDir = await mkdtemp(join(tmpdir(), 'osf-metrics-fuzz-'));
  const configuration = readConfiguration({
    DATA_DIR: dataDir,
    METRICS_API_KEYS: `fuzz=admin=${hashApiKey(ADMIN_KEY)}`,
    RATE_LIMIT_PER_MINUTE: '0',
    API_KEY_RATE_LIMIT_PER_MINUTE: '0',
    REPORTERS_ENABLED: 'false',
    RESPONSE_CACHE_MB: '1',
    BACKUP_DIR: 'none',
    LOG_LEVEL: 'error',
    ...settings,
  });
  const app = await createHttpApp(configuration);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const port = app.getHttpServer().address().port;
  const routes = await readRoutes(port);
  const start = performance.now();
  await send(port, routes, Math.round(REQUESTS * WARM_UP_SHARE));
  const before = usedMebibytes();
  await send(port, routes, Math.round(REQUESTS * (1 - WARM_UP_SHARE)));
  const growth = usedMebibytes() - before;
  if (growth > MAX_GROWTH_MEBIBYTES) findings.push(`memory grew by ${growth.toFixed(1)} MiB`);
  const seconds = (performance.now() - start) / 1000;
  const store = settings.ELASTICSEARCH_URL ? 'Elasticsearch' : 'embedded';
  console.log(`${store}: ${REQUESTS} requests in ${seconds.toFixed(0)} s, memory grew by ${growth.toFixed(1)} MiB`);
  await app.close();
  await rm(dataDir, { recursive: true, force: true });
}

async function readRoutes(port) {
  const { body } = await exchange(port, { method: 'GET', path: '/_/metrics/openapi.json' });
  return Object.entries(JSON.parse(body).paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => ({ path, method: method.toUpperCase() })),
  );
}

/** A run of a reporter goes on after its response, so it is rarely started. */
async function send(port, routes, count) {
  let left = count;
  const client = async () => {
    while (left-- > 0) await sendOne(port, createRequest(pick(routes)));
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, client));
}

async function sendOne(port, options) {
  const start = performance.now();
  const name = `${options.method} ${options.path.slice(0, 200)} ${String(options.body ?? '').slice(0, 200)}`;
  try {
    const { status } = await exchange(port, options);
    if (status >= 500) findings.push(`${status} ${name}`);
  } catch (error) {
    findings.push(`${error.message} ${name}`);
  }
  const seconds = (performance.now() - start) / 1000;
  if (seconds > MAX_SECONDS) findings.push(`${seconds.toFixed(1)} s ${name}`);
}

function createRequest({ path, method }) {
  const sentMethod = draw() < 0.02 ? pick(['DELETE', 'PATCH', 'OPTIONS']) : method;
  const hasBody = sentMethod !== 'GET';
  const headers = {
    'User-Agent':
      draw() < 0.1 ? pick(HOSTILE_TEXTS) : 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    ...(draw() < 0.7 ? { Authorization: `Bearer ${ADMIN_KEY}` } : {}),
    ...(draw() < 0.1 ? { Accept: pick(['text/csv', '*/*;q=0', pick(HOSTILE_TEXTS)]) } : {}),
    ...(draw() < 0.1 ? { 'X-Forwarded-For': pick(HOSTILE_TEXTS) } : {}),
    ...(hasBody ? { 'Content-Type': draw() < 0.8 ? pick(MEDIA_TYPES.slice(0, 3)) : pick(MEDIA_TYPES) } : {}),
  };
  for (const name of Object.keys(headers)) headers[name] = headers[name].replace(/[^\t\x20-\x7e]/g, '?');
  return {
    method: sentMethod,
    path: createPath(path),
    headers,
    body: hasBody ? createBody() : undefined,
  };
}

function createPath(template) {
  const path = template.replace(/\{[^}]+\}/g, () => encodeURIComponent(pick(HOSTILE_TEXTS).toWellFormed()) || 'x');
  const query = Array.from({ length: Math.floor(draw() * 4) }, () => {
    return `${encodeURIComponent(pick(PARAMETERS))}=${encodeURIComponent(pick(HOSTILE_TEXTS).toWellFormed())}`;
  });
  return query.length === 0 ? path : `${path}?${query.join('&')}`;
}

function createBody() {
  if (draw() < 0.05) return pick(['', '{', 'null', '['.repeat(5_000), '{"a":'.repeat(5_000), '\u0000', '\ufeff{}']);
  const attributes = createObject();
  const shape = draw();
  const json =
    shape < 0.3
      ? attributes
      : shape < 0.6
        ? { data: { type: pick(['counted-usage', 'items', 'x']), attributes } }
        : { data: [attributes, { type: 'cyclic-report:download_count', attributes: createObject() }] };
  const text = JSON.stringify(json);
  return draw() < 0.3 ? text.replace('{', '{"__proto__": {"constructor": {"prototype": {}}}, ') : text;
}

function createObject() {
  const valid = {
    item_guid: 'abc12',
    action_labels: ['view', 'web'],
    guid: 'abc12',
    public: true,
    pageview_info: { page_url: 'https://osf.io/abc12' },
  };
  for (let changes = Math.floor(draw() * 4); changes > 0; changes--) {
    const target = draw() < 0.3 ? valid.pageview_info : valid;
    if (typeof target !== 'object' || target === null) continue;
    target[pick(NAMES)] = draw() < 0.5 ? pick(HOSTILE_TEXTS) : JSON.parse(JSON.stringify(pick(HOSTILE_VALUES)));
  }
  return valid;
}

async function exchange(port, { method, path, headers = {}, body }) {
  return await new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function usedMebibytes() {
  for (let times = 0; times < 3; times++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

/** Random numbers from 0 to 1 that depend on the seed alone (mulberry32). */
function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
