import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aPageview } from '../support/send-usage.js';
import { ServiceProcess } from '../support/service-process.js';
import { FIREFOX } from '../support/test-app.js';

const PATH = '/_/metrics/events/counted_usage/';
const FLOODING_CONNECTIONS = 400;
const SLOW_CONNECTIONS = 200;
const HONEST_REQUESTS = 60;
const MAX_MEMORY_MIB = 600;

describe('a flood of usages', () => {
  let dataDir: string;
  let service: ServiceProcess;
  let flood: ChildProcess;
  let slow: Socket[];

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'osf-metrics-flood-'));
    const settings = { RATE_LIMIT_PER_MINUTE: '1200', TRUSTED_PROXIES: '1', LOG_LEVEL: 'silent' };
    service = await ServiceProcess.start({ DATA_DIR: dataDir, ...settings });
    slow = Array.from({ length: SLOW_CONNECTIONS }, (_, index) => connectSlowly(index));
    flood = spawn(process.execPath, ['test/support/flooding-client.js', service.url, String(FLOODING_CONNECTIONS)]);
  });
  afterAll(async () => {
    flood.kill('SIGKILL');
    for (const socket of slow) socket.destroy();
    await service.end('SIGKILL');
    rmSync(dataDir, { recursive: true });
  });

  /** Sends a part of a request, or nothing, and waits. */
  function connectSlowly(index: number): Socket {
    const { hostname, port } = new URL(service.url);
    const head = `POST ${PATH} HTTP/1.1\r\nHost: localhost\r\n`;
    const parts = [head, `${head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`, ''];
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined).write(parts[index % parts.length] ?? '');
    return socket;
  }

  async function sendUsage(visitor: number): Promise<number> {
    const response = await fetch(service.url + PATH, {
      method: 'POST',
      body: JSON.stringify(aPageview({ client_session_id: `honest ${visitor}` })),
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': FIREFOX,
        'X-Forwarded-For': `192.0.2.${visitor}`,
      },
    });
    return response.status;
  }

  it('leaves honest clients with 201 or 503, and takes less than 600 MiB', async () => {
    for (let visitor = 0; visitor < HONEST_REQUESTS; visitor++) {
      expect([201, 503]).toContain(await sendUsage(visitor));
    }
    expect(peakMemoryMib(service)).toBeLessThan(MAX_MEMORY_MIB);
  }, 300_000);
});

function peakMemoryMib({ pid }: ServiceProcess): number {
  const [, kib] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}
