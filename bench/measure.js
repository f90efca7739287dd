import { availableParallelism, cpus, totalmem } from 'node:os';
import { readFileSync } from 'node:fs';

export function describeMachine() {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} × ${cpus()[0]?.model ?? 'cpu'}, ${memory} GiB, Node ${process.version}`;
}

/** The percentile of the numbers for a share from 0 to 1. */
export function percentile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** Calls the function for one input after the other. Returns the duration of each call in milliseconds. */
export async function timeEach(inputs, call) {
  const times = [];
  for (const input of inputs) {
    const start = performance.now();
    await call(input);
    times.push(performance.now() - start);
  }
  return times;
}

export function describeTimes(times) {
  const at = (share) => percentile(times, share).toFixed(1);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms, ${times.length} calls`;
}

/** Current and peak resident memory of a process in MiB; NaN on systems other than Linux. */
export function residentMemory(pid = process.pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const read = (name) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
    return { current: read('VmRSS'), peak: read('VmHWM') };
  } catch {
    return { current: NaN, peak: NaN };
  }
}
