import { jest } from '@jest/globals';
import { Registry } from 'prom-client';
import { readConfiguration } from '../config/read-configuration.js';
import type { MetricsRepository, NewUsage, RecordOutcome } from '../storage/metrics.repository.js';
import { UsageMetrics } from './usage-metrics.js';
import { UsageWriteBuffer } from './usage-write-buffer.service.js';

const RECORDED: RecordOutcome = { status: 'recorded' };

describe('UsageWriteBuffer with a slow store', () => {
  let store: (usages: readonly NewUsage[]) => Promise<RecordOutcome[]>;
  let buffer: UsageWriteBuffer;

  beforeEach(() => {
    jest.useFakeTimers();
    const repository = { recordUsages: (usages) => store(usages) } as Pick<MetricsRepository, 'recordUsages'>;
    const metrics = new UsageMetrics(new Registry());
    buffer = new UsageWriteBuffer(repository as MetricsRepository, readConfiguration({}), metrics);
  });
  afterEach(() => jest.useRealTimers());

  it('refuses queued usages, completes the current write, and then records again', async () => {
    let finishWrite = (): void => undefined;
    const stored: unknown[] = [];
    store = async (usages) => {
      await new Promise<void>((resolve) => (finishWrite = resolve));
      stored.push(...usages);
      return usages.map(() => RECORDED);
    };
    const [first, second, third] = ['first', 'second', 'third'] as unknown as NewUsage[];
    const isStored = buffer.record(first as NewUsage);
    await jest.advanceTimersByTimeAsync(9_000);
    const waits = buffer.record(second as NewUsage).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(4_500);
    expect(await waits).toMatchObject({ status: 503, headers: { 'Retry-After': '5' } });
    finishWrite();
    expect(await isStored).toEqual(RECORDED);
    const later = buffer.record(third as NewUsage);
    await jest.advanceTimersByTimeAsync(0);
    finishWrite();
    expect(await later).toEqual(RECORDED);
    expect(stored).toEqual([first, third]);
  });
});
