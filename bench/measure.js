import { availableParallelism, cpus, totalmem } from 'node:os';
import { readFileSync } from 'node:fs';

export function describeMachine() {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} × ${cpus()[0]?.model ?? 'cpu'}, ${memory} GiB, Node ${process.version}`;
}

/** The value below which the given share of the numbers lies. */
export function percentile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** How long each of the calls takes, one after the other, in milliseconds. */
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
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms, of ${times.length}`;
}

/** Resident memory of a process now, and the most that it ever had, in MiB. Linux only; elsewhere NaN. */
export function residentMemory(pid = process.pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const read = (name) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
    return { now: read('VmRSS'), most: read('VmHWM') };
  } catch {
    return { now: NaN, most: NaN };
  }
}
