import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describeTimes, residentMemory } from './measure.js';
import { startServer } from './server-process.js';
import { storesToMeasure } from './stores.js';

const FLOODING_CONNECTIONS = 400;
const SLOW_CONNECTIONS = 200;
const HONEST_REQUESTS = 100;
const USAGES = '/_/metrics/events/counted_usage/';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** Measures how honest clients are answered while others flood the service, and its memory. */
export async function benchFlood(scale) {
  const [Embedded] = storesToMeasure();
  const store = await Embedded.create();
  const server = await startServer('dist/main.js', {
    ...store.environment,
    RATE_LIMIT_PER_MINUTE: '1200',
    TRUSTED_PROXIES: '1',
    LOG_LEVEL: 'silent',
  });
  const slow = Array.from({ length: SLOW_CONNECTIONS }, (_, count) => connectSlowly(server.url, count));
  const flood = spawn(process.execPath, ['bench/flooding-client.js', server.url, String(FLOODING_CONNECTIONS)]);
  const times = [];
  const counts = {};
  for (let count = 0; count < HONEST_REQUESTS * scale; count++) {
    const start = performance.now();
    const { status } = await sendUsage(server.url, count);
    times.push(performance.now() - start);
    counts[status] = (counts[status] ?? 0) + 1;
  }
  const statuses = Object.entries(counts).map(([status, count]) => `${count} × ${status}`);
  console.log(`honest clients: ${statuses.join(', ')}; ${describeTimes(times)}`);
  console.log(`peak memory: ${residentMemory(server.pid).peak} MiB`);
  flood.kill('SIGKILL');
  for (const socket of slow) socket.destroy();
  await once(flood, 'exit');
  await server.stop();
  await store.remove();
}

/** Sends a part of a request, or nothing, and waits. */
function connectSlowly(url, count) {
  const { hostname, port } = new URL(url);
  const head = `POST ${USAGES} HTTP/1.1\r\nHost: localhost\r\n`;
  const parts = [head, `${head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`, ''];
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined).write(parts[count % parts.length]);
  return socket;
}

function sendUsage(url, visitor) {
  return fetch(url + USAGES, {
    method: 'POST',
    body: JSON.stringify({ item_guid: 'abc12', action_labels: ['view'], client_session_id: `honest ${visitor}` }),
    headers: { 'Content-Type': 'application/json', 'User-Agent': FIREFOX, 'X-Forwarded-For': `192.0.2.${visitor}` },
  });
}
