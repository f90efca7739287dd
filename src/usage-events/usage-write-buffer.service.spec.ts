import { type Clock, install } from '@sinonjs/fake-timers';
import { Registry } from 'prom-client';
import { readConfiguration } from '../config/read-configuration.js';
import type { MetricsRepository, NewUsage, RecordOutcome } from '../storage/metrics.repository.js';
import { UsageMetrics } from './usage-metrics.js';
import { UsageWriteBuffer } from './usage-write-buffer.service.js';

/** A usage whose page title has so many characters. */
function aUsage(titleLength = 10): NewUsage {
  const usage = { within_iris: [], item_iri: null, pageview_info: { page_title: 'x'.repeat(titleLength) } };
  return { usage, adjacentSessions: [] } as unknown as NewUsage;
}

const RECORDED: RecordOutcome = { status: 'recorded' };

describe('UsageWriteBuffer with a slow store', () => {
  let store: (usages: readonly NewUsage[]) => Promise<RecordOutcome[]>;
  let buffer: UsageWriteBuffer;
  let timers: Clock;

  beforeEach(() => {
    timers = install();
    const repository = { recordUsages: (usages) => store(usages) } as Pick<MetricsRepository, 'recordUsages'>;
    const metrics = new UsageMetrics(new Registry());
    buffer = new UsageWriteBuffer(repository as MetricsRepository, readConfiguration({}), metrics);
  });
  afterEach(() => timers.uninstall());

  it('refuses queued usages, completes the current write, and then records again', async () => {
    let finishWrite = (): void => undefined;
    const stored: unknown[] = [];
    store = async (usages) => {
      await new Promise<void>((resolve) => (finishWrite = resolve));
      stored.push(...usages);
      return usages.map(() => RECORDED);
    };
    const [first, second, third] = [aUsage(), aUsage(), aUsage()];
    const isStored = buffer.record(first);
    await timers.tickAsync(9_000);
    const waits = buffer.record(second).catch((error: unknown) => error);
    await timers.tickAsync(4_500);
    expect(await waits).toMatchObject({ status: 503, headers: { 'Retry-After': '5' } });
    finishWrite();
    expect(await isStored).toEqual(RECORDED);
    const later = buffer.record(third);
    await timers.tickAsync(0);
    finishWrite();
    expect(await later).toEqual(RECORDED);
    expect(stored).toEqual([first, third]);
  });

  it('refuses usages that take too much memory, and accepts them when others are stored or refused', async () => {
    let finishWrite = (): void => undefined;
    store = async (usages) => {
      await new Promise<void>((resolve) => (finishWrite = resolve));
      return usages.map(() => RECORDED);
    };
    const large = (): Promise<unknown> => buffer.record(aUsage(2 ** 20)).catch((error: unknown) => error);
    const written = large();
    await timers.tickAsync(0);
    const waiting = Array.from({ length: 14 }, large);
    expect(await large()).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    await timers.tickAsync(4_500);
    for (const each of await Promise.all(waiting)) expect(each).toMatchObject({ status: 503 });
    finishWrite();
    expect(await written).toEqual(RECORDED);
    const later = Array.from({ length: 15 }, large);
    for (let write = 0; write < 2; write++) {
      await timers.tickAsync(0);
      finishWrite();
    }
    expect(await Promise.all(later)).toEqual(Array(15).fill(RECORDED));
  });

  it('accepts a request that is larger than the queue when nothing else is pending', async () => {
    store = (usages) => Promise.resolve(usages.map(() => RECORDED));
    const outcomes = buffer.recordAll(Array.from({ length: 40 }, () => aUsage(2 ** 20)));
    await timers.tickAsync(0);
    expect(await outcomes).toEqual(Array(40).fill(RECORDED));
  });
});
