import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashApiKey } from '../../src/config/api-key.js';
import { ServiceProcess } from '../support/service-process.js';

const KEY = 'key';
/** Failed attempts of the store to reopen its file, after which the test frees space. */
const REOPEN_ATTEMPTS = 2;
const USAGES = '/_/metrics/events/counted_usage/';
/** Random bytes, which do not compress. */
const TITLE_BYTES = 3_000;
/** After 16 MiB of new data, the store writes a checkpoint. */
const BATCHES_OF_16_MIB = 6;

/** A limit on the size of files acts like a full disk. */
describe('the service on a full disk', () => {
  let dataDir: string;
  let service: ServiceProcess;
  let sent = 0;

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'osf-metrics-full-'));
    service = await start();
  });
  afterEach(async () => {
    await service.end('SIGKILL');
    rmSync(dataDir, { recursive: true });
  });

  async function start(launcher: readonly string[] = []): Promise<ServiceProcess> {
    const keys = `test=admin=${hashApiKey(KEY)}`;
    const environment = { DATA_DIR: dataDir, METRICS_API_KEYS: keys, LOG_LEVEL: 'error' };
    return await ServiceProcess.start(environment, undefined, launcher);
  }

  /** Starts the service on a disk that is full once a file has so many bytes. */
  const startOnFullDisk = async (bytes: number): Promise<ServiceProcess> =>
    await start(['prlimit', `--fsize=${bytes}:unlimited`, '--']);

  const fillDisk = (atBytes: number | 'unlimited'): void => {
    execFileSync('prlimit', ['--pid', String(service.pid), `--fsize=${atBytes}:unlimited`]);
  };

  async function send(count: number): Promise<Response> {
    const usages = Array.from({ length: count }, () => ({
      item_guid: 'abc12',
      client_session_id: `visitor ${sent++}`,
      action_labels: ['view'],
      pageview_info: { page_url: 'https://osf.io/abc12', page_title: randomBytes(TITLE_BYTES).toString('base64') },
    }));
    const response = await fetch(`${service.url}${USAGES}batch`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${KEY}` },
      body: JSON.stringify(usages),
    });
    // An unread response would delay the shutdown of the service.
    await response.text();
    return response;
  }

  /** Sends batches until one is refused. Returns its response, and the number of usages recorded before. */
  async function sendUntilRefused(count: number): Promise<{ refused: Response; recorded: number }> {
    for (let recorded = 0; ; recorded += count) {
      const response = await send(count);
      if (response.status !== 200) return { refused: response, recorded };
    }
  }

  async function countStored(): Promise<number> {
    const response = await fetch(`${service.url}${USAGES}`, { headers: { Authorization: `Bearer ${KEY}` } });
    return (await response.text()).trim().split('\n').length;
  }

  async function isReady(): Promise<boolean> {
    const response = await fetch(`${service.url}/health/ready`);
    await response.text();
    return response.ok;
  }

  it('returns 503, stores nothing of a refused request, and recovers when space is free', async () => {
    fillDisk(64 * 1024);
    const { refused, recorded } = await sendUntilRefused(2);
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([503, '5']);
    expect(await isReady()).toBe(false);
    fillDisk('unlimited');
    expect(await isReady()).toBe(true);
    expect(await countStored()).toBe(recorded);
    expect((await send(1)).status).toBe(200);
    expect(await countStored()).toBe(recorded + 1);
  });

  it('reopens its file after a failed checkpoint, without a restart', async () => {
    for (let batch = 0; batch < BATCHES_OF_16_MIB; batch++) expect((await send(1000)).status).toBe(200);
    fillDisk(25 * 2 ** 20);
    const { refused, recorded } = await sendUntilRefused(1000);
    expect(refused.status).toBe(503);
    fillDisk('unlimited');
    while (!(await isReady()));
    expect(await countStored()).toBe(BATCHES_OF_16_MIB * 1000 + recorded);
    expect((await send(1)).status).toBe(200);
  });

  it('is not ready on a disk that was full before the first usage', async () => {
    fillDisk(1024);
    // The writes of the start show for a few seconds that the disk has space.
    while (await isReady());
    fillDisk('unlimited');
    expect(await isReady()).toBe(true);
  });

  it('waits for space when it starts after a crash, and names the cause', async () => {
    for (let batch = 0; batch < 3; batch++) expect((await send(1000)).status).toBe(200);
    await service.end('SIGKILL');
    service = await startOnFullDisk(2 ** 20);
    const isWaiting = (): boolean => service.output.filter((line) => line.includes('cannot be opened')).length >= 3;
    while (!isWaiting()) expect(await isReady()).toBe(false);
    expect((await send(1)).status).toBe(503);
    expect(service.output.join('\n')).toMatch(/cannot be opened: .*(File too large|Could not write)/);
    fillDisk('unlimited');
    while (!(await isReady()));
    expect(await countStored()).toBe(3000);
    expect((await send(1)).status).toBe(200);
  });

  it('waits for space at its very first start', async () => {
    await service.end('SIGKILL');
    rmSync(dataDir, { recursive: true });
    service = await startOnFullDisk(4096);
    expect(await isReady()).toBe(false);
    fillDisk('unlimited');
    while (!(await isReady()));
    expect((await send(1)).status).toBe(200);
  });

  it('neither loses nor duplicates usages that arrive while the disk is full', async () => {
    for (let batch = 0; batch < BATCHES_OF_16_MIB; batch++) expect((await send(1000)).status).toBe(200);
    fillDisk(25 * 2 ** 20);
    let stored = BATCHES_OF_16_MIB * 1000 + (await sendUntilRefused(1000)).recorded;
    const sendOne = async (): Promise<void> => {
      if ((await send(1)).ok) stored += 1;
    };
    const reopenAttempts = (): number => service.output.filter((line) => line.includes('cannot be opened')).length;
    while (reopenAttempts() < REOPEN_ATTEMPTS) await sendOne();
    fillDisk('unlimited');
    while (!(await isReady())) await sendOne();
    await sendOne();
    expect(await countStored()).toBe(stored);
    await service.end('SIGTERM');
    service = await start();
    expect(await countStored()).toBe(stored);
  });
});
