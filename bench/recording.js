import autocannon from 'autocannon';
import { mainThreadMicroseconds, percentile, residentMemory } from './measure.js';
import { startServer } from './server-process.js';
import { storesToMeasure } from './stores.js';
import { drawItem, createUsage } from './workload.js';

const CONNECTIONS = 64;
const SECONDS = 20;
const WARM_UP_SECONDS = 5;
const ROUNDS = 3;
const ITEMS = 10_000;
const BODIES = 20_000;

/**
 * Measures durable recording over HTTP, alternating with bare Fastify that parses JSON, and with the same server that validates
 * and discards.
 */
export async function benchRecording(scale) {
  const seconds = Math.max(3, Math.round(SECONDS * scale));
  const [Embedded] = storesToMeasure();
  for (const Store of storesToMeasure()) {
    const ratios = { bare: [], discarding: [] };
    for (let round = 0; round < ROUNDS; round++) {
      const bare = await measure('bench/bare-server.js', seconds, 'bare', Embedded);
      const discarding = await measure('bench/discarding-server.js', seconds, 'discard', Embedded);
      const recording = await measure('dist/main.js', seconds, 'record', Store);
      ratios.bare.push(recording / bare);
      ratios.discarding.push(recording / discarding);
    }
    for (const [name, values] of Object.entries(ratios)) {
      console.log(
        `${Store.label}: recording / ${name}, median of ${ROUNDS} rounds: ${percentile(values, 0.5).toFixed(2)}`,
      );
    }
  }
}

async function measure(script, seconds, name, Store) {
  const store = await Store.create();
  const server = await startServer(script, store.environment);
  await load(server.url, WARM_UP_SECONDS);
  const memory = [];
  const sampling = setInterval(() => memory.push(residentMemory(server.pid).current), 1000);
  const cpuBefore = mainThreadMicroseconds(server.pid);
  const result = await load(server.url, seconds);
  const cpu = (mainThreadMicroseconds(server.pid) - cpuBefore) / result.requests.total;
  clearInterval(sampling);
  await server.stop();
  const perSecond = result.requests.average;
  const { latency } = result;
  console.log(
    `${name}: ${Math.round(perSecond)} requests/s, ${Math.round(cpu)} µs of the main thread per request, p50 ${latency.p50} ms, p99 ${latency.p99} ms; ` +
      `${result['2xx']} responses 2xx, ${result.non2xx} others, ${result.errors} errors; ` +
      `memory per second ${memory.join(' ')} MiB; start to first response ${Math.round(server.startMilliseconds)} ms`,
  );
  if (name === 'record') {
    console.log(`        ${((await store.size()) / result['2xx']).toFixed(0)} bytes per usage, before clustering`);
  }
  await store.remove();
  return perSecond;
}

/** Sends usages of distinct visitors, so that none is a double click. */
function load(url, duration) {
  const bodies = Array.from({ length: BODIES }, (_, index) => bodyOf(drawItem(ITEMS), index));
  let sent = 0;
  return autocannon({
    url: `${url}/_/metrics/events/counted_usage/`,
    connections: CONNECTIONS,
    duration,
    requests: [
      {
        method: 'POST',
        headers: { 'content-type': 'application/vnd.api+json', 'user-agent': 'Mozilla/5.0 Firefox/140.0' },
        setupRequest: (request) => {
          const body = bodies[sent % BODIES].replace('visitor', `visitor ${sent}`);
          sent += 1;
          return { ...request, body };
        },
      },
    ],
  });
}

function bodyOf(item) {
  const { item_osfid, provider_id, action_labels, pageview_info } = createUsage(item, new Date());
  const { page_url, page_title, referer_url, route_name } = pageview_info;
  return JSON.stringify({
    data: {
      type: 'counted-usage',
      attributes: {
        item_guid: item_osfid,
        client_session_id: 'visitor',
        provider_id,
        action_labels,
        pageview_info: { page_url, page_title, referer_url, route_name },
      },
    },
  });
}
