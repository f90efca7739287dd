import { Worker } from 'node:worker_threads';
import { percentile } from './measure.js';

/** Requests of a load of a given number must end within this time. */
const MAX_SECONDS = 300;

/**
 * Sends usages over 64 connections, each of another visitor, from a thread of its own. The items `first` to
 * `first + count - 1` are used in turn, for some seconds, or until `requests` were sent. `onSlice` receives the figures
 * of each ten seconds.
 */
export async function sendUsages(url, { first, count, requests = Infinity, seconds = MAX_SECONDS, onSlice }) {
  const workerData = { url, first, count, requests, seconds };
  const worker = new Worker(new URL('load-worker.js', import.meta.url), { workerData });
  const milliseconds = [];
  return await new Promise((resolve, reject) => {
    worker.on('message', ({ slice, total }) => {
      if (slice) {
        milliseconds.push(slice.milliseconds);
        onSlice?.({ ...slice, ...describeLatency(slice.milliseconds) });
      }
      if (total)
        resolve({ ...total, ...describeLatency(Float64Array.from(milliseconds.flatMap((each) => [...each]))) });
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the load ended early')));
  });
}

export function describeLoad({ rate, p50, p99, longest, failures }) {
  const refused = failures > 0 ? `; ${failures} responses other than 201` : '';
  const latency = `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, longest ${longest.toFixed(0)} ms`;
  return `${Math.round(rate)} usages/s, ${latency}${refused}`;
}

function describeLatency(milliseconds) {
  milliseconds.sort();
  const at = (share) => percentile(milliseconds, share) ?? NaN;
  return { p50: at(0.5), p99: at(0.99), longest: at(1) };
}
