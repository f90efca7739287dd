import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashApiKey } from '../../src/config/api-key.js';
import type { CountedAuthUsage } from '../../src/model/counted-auth-usage.js';
import { aPageview } from '../support/send-usage.js';
import { ServiceProcess } from '../support/service-process.js';
import { FIREFOX } from '../support/test-app.js';

/** As pino writes it. */
const WARN = 40;
const CLIENTS = 32;
const ACKNOWLEDGED_BEFORE_SIGNAL = 1_000;

describe('the service as a process', () => {
  let dataDir: string;
  let service: ServiceProcess;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'osf-metrics-process-'));
  });
  afterEach(async () => {
    await service.end('SIGTERM');
    rmSync(dataDir, { recursive: true });
  });

  const start = async (environment: Record<string, string> = {}): Promise<void> => {
    service = await ServiceProcess.start({ DATA_DIR: dataDir, LOG_LEVEL: 'silent', ...environment });
  };
  const adminKey = (): string =>
    (JSON.parse(readFileSync(join(dataDir, 'service.json'), 'utf8')) as { adminKey: string }).adminKey;

  /** Sends usages from many clients until the service stops. Returns the titles of those that returned 201. */
  async function sendUntilServiceStops(onEnough: () => void): Promise<Set<string>> {
    const acknowledged = new Set<string>();
    let sent = 0;
    const client = async (): Promise<void> => {
      for (;;) {
        const title = `usage ${sent++}`;
        const body = JSON.stringify(
          aPageview({
            client_session_id: title,
            pageview_info: { page_url: 'https://osf.io/abc12', page_title: title },
          }),
        );
        const headers = { 'Content-Type': 'application/json', 'User-Agent': 'Mozilla/5.0 Firefox/140.0' };
        const response = await fetch(`${service.url}/_/metrics/events/counted_usage/`, {
          method: 'POST',
          body,
          headers,
        });
        if (response.status !== 201) return;
        acknowledged.add(title);
        if (acknowledged.size === ACKNOWLEDGED_BEFORE_SIGNAL) onEnough();
      }
    };
    await Promise.allSettled(Array.from({ length: CLIENTS }, client));
    return acknowledged;
  }

  async function storedTitles(): Promise<string[]> {
    const headers = { Authorization: `Bearer ${adminKey()}` };
    const response = await fetch(`${service.url}/_/metrics/events/counted_usage/`, { headers });
    const lines = (await response.text()).trim().split('\n');
    return lines.map((line) => String((JSON.parse(line) as CountedAuthUsage).pageview_info?.page_title));
  }

  it('warns once of each problem of its setup', async () => {
    await start({ CORS_ORIGIN: 'https://osf.example', LOG_LEVEL: 'warn' });
    for (let count = 0; count < 2; count++) {
      await fetch(`${service.url}/_/metrics/events/counted_usage/`, {
        method: 'POST',
        body: JSON.stringify(aPageview()),
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': FIREFOX,
          'X-Forwarded-For': '192.0.2.1',
          Origin: 'https://journal.example',
        },
      });
    }
    const warnings = service.output
      .map((line) => JSON.parse(line) as { level: number; msg: string })
      .filter(({ level }) => level === WARN)
      .flatMap(({ msg }) => /CORS_ORIGINS\?|TRUSTED_PROXIES to|journal\.example/.exec(msg) ?? []);
    expect(warnings).toEqual(['CORS_ORIGINS?', 'TRUSTED_PROXIES to', 'journal.example']);
  });

  it('warns when a proxy replaces X-Forwarded-For instead of appending to it', async () => {
    await start({ TRUSTED_PROXIES: '2', LOG_LEVEL: 'warn' });
    for (const addresses of ['192.0.2.1, 198.51.100.1', '198.51.100.1']) {
      await fetch(`${service.url}/health/live`, { headers: { 'X-Forwarded-For': addresses } });
    }
    await service.end('SIGTERM');
    const warnings = service.output.filter((line) => line.includes('X-Forwarded-For'));
    expect(warnings).toEqual([expect.stringContaining('fewer addresses (1) than TRUSTED_PROXIES (2)') as string]);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'neither loses nor duplicates acknowledged usages on %s under load',
    async (signal) => {
      await start();
      let ended: Promise<number | null> | undefined;
      const acknowledged = await sendUntilServiceStops(() => {
        ended = service.end(signal);
      });
      expect(await ended).toBe(signal === 'SIGTERM' ? 0 : null);
      await start();
      const titles = await storedTitles();
      expect(new Set(titles).size).toBe(titles.length);
      const missing = [...acknowledged].filter((title) => !titles.includes(title));
      expect(missing).toEqual([]);
      expect(titles.length).toBeGreaterThanOrEqual(ACKNOWLEDGED_BEFORE_SIGNAL);
    },
  );

  it('writes service.json, readable by its owner only, while it runs', async () => {
    await start();
    const file = join(dataDir, 'service.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await service.end('SIGTERM');
    expect(existsSync(file)).toBe(false);
    await start();
  });

  it('prints each configuration problem and exits', async () => {
    await start();
    await expect(ServiceProcess.start({ PORT: 'x', PLATFORM_IRI: 'y' })).rejects.toThrow(
      /^osf-metrics [\d.]+ cannot start: PORT=x: .*\nosf-metrics [\d.]+ cannot start: PLATFORM_IRI=y: .*\n$/,
    );
  });

  it('prints that its data folder cannot be created, and exits', async () => {
    await start();
    await expect(ServiceProcess.start({ DATA_DIR: '/proc/none' })).rejects.toThrow(
      /^osf-metrics [\d.]+ cannot start: DATA_DIR=\/proc\/none: cannot be created: ENOENT.*\n$/,
    );
  });

  it('exits with an error when its port or data folder is in use', async () => {
    await start();
    const { port } = new URL(service.url);
    const otherDir = mkdtempSync(join(tmpdir(), 'osf-metrics-process-'));
    for (const name of ['PORT', 'OPERATIONS_PORT']) {
      await expect(ServiceProcess.start({ DATA_DIR: otherDir, [name]: port })).rejects.toThrow(
        new RegExp(`cannot listen on HOST=127.0.0.1, ${name}=${port}: .*EADDRINUSE`),
      );
    }
    await expect(ServiceProcess.start({ DATA_DIR: dataDir })).rejects.toThrow(/in use|lock/i);
    rmSync(otherDir, { recursive: true });
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
  });

  it('logs rejected requests as JSON with their request ids, and without data of the client', async () => {
    await start({ LOG_LEVEL: 'info' });
    const response = await fetch(`${service.url}/_/metrics/query/user_visits/?days_back=x&secret=1`, {
      headers: { 'User-Agent': 'a-secret-agent', Authorization: 'Bearer a-secret-key' },
    });
    expect(response.status).toBe(400);
    await service.end('SIGTERM');
    const lines = service.output.map((line) => JSON.parse(line) as object);
    expect(lines).toContainEqual(
      expect.objectContaining({ requestId: response.headers.get('X-Request-Id'), status: 400, method: 'GET' }),
    );
    expect(service.output.join('\n')).not.toContain('secret');
  });

  it('logs each use of an API key with its name', async () => {
    const key = `harvester=items:read=${hashApiKey('a-secret-key')}`;
    await start({ LOG_LEVEL: 'info', METRICS_API_KEYS: key });
    const headers = { Authorization: 'Bearer a-secret-key' };
    await fetch(`${service.url}/_/metrics/items/`, { headers });
    await fetch(`${service.url}/_/metrics/items/batch`, { method: 'POST', headers });
    await service.end('SIGTERM');
    const lines = service.output.map((line) => JSON.parse(line) as object);
    for (const status of [200, 403]) {
      expect(lines).toContainEqual(expect.objectContaining({ apiKey: 'harvester', status }));
    }
    expect(service.output.join('\n')).not.toContain('a-secret-key');
  });

  it('takes the permissions of other users from files of an older version', async () => {
    await start();
    await service.end('SIGTERM');
    const paths = [dataDir, ...readdirSync(dataDir, { recursive: true }).map((path) => join(dataDir, String(path)))];
    for (const path of paths) chmodSync(path, 0o755);
    await start();
    for (const path of paths.filter(existsSync)) expect([path, statSync(path).mode & 0o007]).toEqual([path, 0]);
  });
});
