import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithElasticsearch, TestIndexes } from '../support/elasticsearch.js';
import { aPageview } from '../support/send-usage.js';
import { ServiceProcess } from '../support/service-process.js';
import { API_KEYS, FIREFOX, TRUSTED_KEY } from '../support/test-app.js';

/** In every secret, so that one search finds them all. */
const MARK = 'secret';
const GROUP_AND_OTHERS = 0o077;

/** Records usages with a secret in every field that can hold one. Each request is answered. */
async function sendSecrets(url: string): Promise<void> {
  const page = {
    page_url: `https://user:${MARK}1@osf.io/abc12?view_only=${MARK}2&email=${MARK}3@example.org#access_token=${MARK}4`,
    referer_url: `https://user:${MARK}5@mail.example.org/${MARK}6?q=${MARK}7#${MARK}8`,
  };
  const browser = aPageview({
    client_session_id: `${MARK}9`,
    item_public: `${MARK}10`,
    provider_id: `${MARK} 11`,
    pageview_info: { ...page, unknown: `${MARK}12` },
  });
  const headers = {
    'User-Agent': `${FIREFOX} ${MARK}13`,
    'X-Forwarded-For': '203.0.113.77',
    Cookie: `osf=${MARK}14`,
    Authorization: `Bearer ${MARK}15`,
    'Content-Type': 'application/json',
  };
  const line = {
    item_guid: 'abc12',
    action_labels: ['view'],
    user_id: `${MARK}16`,
    user_agent: `${FIREFOX} ${MARK}17`,
    client_ip: '203.0.113.78',
    client_session_id: `${MARK}18`,
    pageview_info: page,
    unknown: 1,
  };
  const post = async (path: string, body: unknown, more: Record<string, string> = {}): Promise<number> => {
    const init = { method: 'POST', body: JSON.stringify(body), headers: { ...headers, ...more } };
    return (await fetch(`${url}/_/metrics/events/counted_usage/${path}`, init)).status;
  };
  expect(await post('', browser)).toBe(201);
  expect(await post(`?token=${MARK}19`, aPageview({ item_guid: 5, client_session_id: `${MARK}20` }))).toBe(400);
  expect(await post('', aPageview({ pageview_info: { page_url: `${MARK}21` } }))).toBe(400);
  const search = { ...page, page_url: `https://osf.io/search?q=${MARK}22` };
  expect(await post('', aPageview({ item_guid: null, action_labels: ['search'], pageview_info: search }))).toBe(201);
  const trusted = { Authorization: `Bearer ${TRUSTED_KEY}` };
  expect(
    await post('batch', { data: [line, { ...line, user_id: `${MARK}23`, timestamp: `${MARK}24` }] }, trusted),
  ).toBe(200);
  const read = await fetch(`${url}/_/metrics/query/node_analytics/${MARK}25/month?view_only=${MARK}26`, { headers });
  expect(read.status).toBe(404);
}

function files(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
}

describe('private data', () => {
  let dataDir: string;
  let service: ServiceProcess;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'osf-metrics-privacy-'));
  });
  afterEach(async () => {
    await service.end('SIGTERM');
    rmSync(dataDir, { recursive: true });
  });

  const start = async (environment: Record<string, string> = {}): Promise<void> => {
    service = await ServiceProcess.start({
      DATA_DIR: dataDir,
      METRICS_API_KEYS: API_KEYS,
      TRUSTED_PROXIES: '1',
      LOG_LEVEL: 'trace',
      ...environment,
    });
    await sendSecrets(service.url);
  };
  const expectNone = (text: string): void => {
    expect(text.length).toBeGreaterThan(0);
    expect(text).not.toMatch(new RegExp(`${MARK} ?\\d|203\\.0\\.113|${TRUSTED_KEY}`));
  };

  it('is in no file, no log line and no metric', async () => {
    await start();
    expectNone(await (await fetch(`${service.url}/metrics`)).text());
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      await service.end(signal);
      for (const file of files(dataDir)) expectNone(`x${readFileSync(file, 'latin1')}`);
      expectNone(service.output.join('\n'));
      if (signal === 'SIGKILL') await start();
    }
  });

  it('is in files and folders that only their owner can read', async () => {
    await start();
    const paths = [dataDir, ...readdirSync(dataDir, { recursive: true }).map((name) => join(dataDir, String(name)))];
    expect(paths.length).toBeGreaterThan(3);
    for (const path of paths) expect([path, statSync(path).mode & GROUP_AND_OTHERS]).toEqual([path, 0]);
  });
});

describeWithElasticsearch('private data', () => {
  const indexes = TestIndexes.onOneNode();

  afterAll(() => indexes.remove());

  it('is in no document of a cluster', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'osf-metrics-privacy-'));
    const service = await ServiceProcess.start({
      DATA_DIR: dataDir,
      METRICS_API_KEYS: API_KEYS,
      TRUSTED_PROXIES: '1',
      ...indexes.environment,
    });
    await sendSecrets(service.url);
    await indexes.refresh();
    const { hits } = await indexes.client.search({ index: `${indexes.prefix}-*`, size: 1_000 });
    expect(hits.hits.length).toBeGreaterThan(3);
    expect(JSON.stringify(hits)).not.toMatch(new RegExp(`${MARK} ?\\d|203\\.0\\.113`));
    await service.end('SIGTERM');
    rmSync(dataDir, { recursive: true });
  });
});
