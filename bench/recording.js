import { describeLoad, sendUsages } from './load.js';
import { cpuMicroseconds } from './measure.js';
import { withServer } from './server-process.js';
import { storesToMeasure, withRepository, withStore } from './stores.js';
import { registerItems } from './workload.js';

const SECONDS = 20;
const REGISTERED = { first: 0, count: 100_000 };
/** Registered too, but not used before they are measured. */
const NEW = { first: 100_000, count: 10_000 };
const UNREGISTERED = { first: 1_000_000, count: 300 };
const BASELINES = {
  'node:http': 'bench/node-server.js',
  'bare Fastify': 'bench/bare-server.js',
  discarding: 'bench/discarding-server.js',
};

/** Measures durable recording over HTTP, and servers that do less in the same round. */
export async function benchRecording({ seconds = SECONDS, rounds }, figures) {
  const [Embedded] = storesToMeasure();
  for (let round = 1; round <= rounds; round++) {
    const baselines = {};
    for (const [name, script] of Object.entries(BASELINES)) {
      const label = `round ${round}, ${name}`;
      baselines[name] = await withStore(Embedded, (store) => measureServer(script, store, { label, seconds }));
    }
    for (const Store of storesToMeasure()) {
      const label = `round ${round}, ${Store.label}`;
      const rates = await withStore(Store, (store) => measureStore(store, { label, seconds, figures, Store }));
      figures.add(Store.label, 'knownToBare', rates.known / baselines['bare Fastify']);
      figures.add(Store.label, 'newToBare', rates.new / baselines['bare Fastify']);
      figures.add(Store.label, 'knownToNode', rates.known / baselines['node:http']);
      figures.add(Store.label, 'knownToDiscarding', rates.known / baselines.discarding);
      figures.add(Store.label, 'newToKnown', rates.new / rates.known);
      figures.add(Store.label, 'registeredToUnregistered', rates.registered / rates.unregistered);
      figures.add(Store.label, 'recordingRate', rates.known);
    }
  }
}

async function measureServer(script, store, { label, seconds }) {
  return await withServer(script, store.environment, async (server) => {
    await warmUp(server, seconds);
    return (await measureLoad(server, label, { ...NEW, seconds })).rate;
  });
}

async function measureStore(store, { label, seconds, figures, Store }) {
  await withRepository(store, (repository) => registerItems(repository, NEW.first + NEW.count));
  return await withServer('dist/main.js', store.environment, async (server) => {
    await warmUp(server, seconds);
    const measure = (items, load) => measureLoad(server, `${label}, ${items}`, load);
    const unregistered = await measure('300 unregistered items', { ...UNREGISTERED, seconds });
    const registered = await measure('100,000 registered items', { ...REGISTERED, seconds });
    const first = await measure('10,000 new items', { ...NEW, requests: NEW.count });
    const known = await measure('the same items again', { ...NEW, seconds });
    for (const threads of ['mainThread', 'otherThreads']) figures.add(Store.label, threads, known[threads]);
    return { unregistered: unregistered.rate, registered: registered.rate, new: first.rate, known: known.rate };
  });
}

async function measureLoad({ url, pid }, label, load) {
  const before = cpuMicroseconds(pid);
  const result = await sendUsages(url, load);
  const after = cpuMicroseconds(pid);
  const perUsage = (threads) => (after[threads] - before[threads]) / result.recorded;
  const [mainThread, otherThreads] = [perUsage('mainThread'), perUsage('otherThreads')];
  const microseconds = [mainThread, otherThreads, result.clientMicroseconds].map((each) => each.toFixed(0));
  console.log(
    `${label}: ${describeLoad(result)}; CPU per usage: ${microseconds[0]} µs of the main thread, ` +
      `${microseconds[1]} of the server's other threads, ${microseconds[2]} of the client`,
  );
  return { ...result, mainThread, otherThreads };
}

/** So that the code of the server is compiled, and the unregistered items have been seen. */
async function warmUp({ url }, seconds) {
  await sendUsages(url, { ...UNREGISTERED, seconds: seconds / 4 });
}
