import { availableParallelism, cpus, totalmem } from 'node:os';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Linux counts CPU time in hundredths of a second. */
const MICROSECONDS_PER_TICK = 10_000;
/** A process that uses less CPU in each of so many seconds is idle: the service checks for due work every ten seconds. */
const IDLE_SECONDS = 15;
const MAX_IDLE_MICROSECONDS = 100_000;

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

/** The CPU time of the main thread and of all other threads, in microseconds; NaN on systems other than Linux. */
export function cpuMicroseconds(pid) {
  const mainThread = readCpuMicroseconds(`/proc/${pid}/task/${pid}/stat`);
  return { mainThread, otherThreads: readCpuMicroseconds(`/proc/${pid}/stat`) - mainThread };
}

/** Waits until a process does nothing: for example, until it has rolled up past days. */
export async function waitUntilIdle(pid, maxSeconds = 1_200) {
  const end = performance.now() + maxSeconds * 1000;
  const total = () => readCpuMicroseconds(`/proc/${pid}/stat`);
  for (let idleSeconds = 0, before = total(); idleSeconds < IDLE_SECONDS && performance.now() < end; before = total()) {
    await delay(1000);
    idleSeconds = total() - before > MAX_IDLE_MICROSECONDS ? 0 : idleSeconds + 1;
  }
}

function readCpuMicroseconds(path) {
  try {
    const [user, system] = readFileSync(path, 'utf8').split(') ')[1].split(' ').slice(11, 13);
    return (Number(user) + Number(system)) * MICROSECONDS_PER_TICK;
  } catch {
    return NaN;
  }
}
