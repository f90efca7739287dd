import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aPageview } from '../support/send-usage.js';
import { ServiceProcess } from '../support/service-process.js';
import { FIREFOX } from '../support/test-app.js';

const FLOODING_CONNECTIONS = 400;
const SLOW_CONNECTIONS = 200;
const HONEST_REQUESTS = 40;
const MAX_ANSWER_MILLISECONDS = 5_000;
const MAX_MEMORY_MEBIBYTES = 600;

describe('under a flood of requests', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'osf-metrics-flood-'));
  const sockets: Socket[] = [];
  let service: ServiceProcess;
  let flood: ChildProcess;

  beforeAll(async () => {
    service = await ServiceProcess.start({
      DATA_DIR: dataDir,
      LOG_LEVEL: 'silent',
      RATE_LIMIT_PER_MINUTE: '1200',
      TRUSTED_PROXIES: '1',
    });
  });
  afterAll(async () => {
    flood.kill('SIGKILL');
    for (const socket of sockets) socket.destroy();
    await service.end('SIGTERM');
    rmSync(dataDir, { recursive: true });
  });

  function open(text: string): Socket {
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined).write(text);
    sockets.push(socket);
    return socket;
  }

  it('answers honest clients, and keeps its memory bounded', async () => {
    const head = 'POST /_/metrics/events/counted_usage/ HTTP/1.1\r\nHost: localhost\r\n';
    const parts = [head, `${head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`, ''];
    for (let count = 0; count < SLOW_CONNECTIONS; count++) open(parts[count % parts.length] ?? '');
    const arguments_ = ['test/support/flooding-client.js', service.url, String(FLOODING_CONNECTIONS)];
    flood = spawn(process.execPath, arguments_, { stdio: 'inherit' });
    const statuses = new Set<number>();
    let slowest = 0;
    for (let count = 0; count < HONEST_REQUESTS; count++) {
      const start = performance.now();
      const response = await fetch(`${service.url}/_/metrics/events/counted_usage/`, {
        method: 'POST',
        body: JSON.stringify(aPageview({ client_session_id: `honest ${count}` })),
        headers: { 'Content-Type': 'application/json', 'User-Agent': FIREFOX, 'X-Forwarded-For': `192.0.2.${count}` },
      });
      slowest = Math.max(slowest, performance.now() - start);
      statuses.add(response.status);
    }
    const memory = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'))?.[1];
    expect([...statuses].filter((status) => status !== 201 && status !== 503)).toEqual([]);
    expect(slowest).toBeLessThan(MAX_ANSWER_MILLISECONDS);
    expect(Number(memory) / 1024).toBeLessThan(MAX_MEMORY_MEBIBYTES);
  });
});
