import { jest } from '@jest/globals';
import { Registry } from 'prom-client';
import { readConfiguration } from '../config/read-configuration.js';
import type { MetricsRepository, NewUsage, RecordOutcome } from '../storage/metrics.repository.js';
import { UsageMetrics } from './usage-metrics.js';
import { UsageWriteBuffer } from './usage-write-buffer.service.js';

const RECORDED: RecordOutcome = { status: 'recorded' };

describe('recording into a store that is slow', () => {
  let store: (usages: readonly NewUsage[]) => Promise<RecordOutcome[]>;
  let recorder: UsageWriteBuffer;

  beforeEach(() => {
    jest.useFakeTimers();
    const repository = { recordUsages: (usages) => store(usages) } as Pick<MetricsRepository, 'recordUsages'>;
    const metrics = new UsageMetrics(new Registry());
    recorder = new UsageWriteBuffer(repository as MetricsRepository, readConfiguration({}), metrics);
  });
  afterEach(() => jest.useRealTimers());

  it('refuses those who wait for their turn, keeps those whose turn it is, and goes on afterwards', async () => {
    let goOn = (): void => undefined;
    const stored: unknown[] = [];
    store = async (usages) => {
      await new Promise<void>((resolve) => (goOn = resolve));
      stored.push(...usages);
      return usages.map(() => RECORDED);
    };
    const [first, second, third] = ['first', 'second', 'third'] as unknown as NewUsage[];
    const isStored = recorder.record(first as NewUsage);
    await jest.advanceTimersByTimeAsync(9_000);
    const waits = recorder.record(second as NewUsage).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await waits).toMatchObject({ status: 503, headers: { 'Retry-After': '5' } });
    goOn();
    expect(await isStored).toEqual(RECORDED);
    const later = recorder.record(third as NewUsage);
    await jest.advanceTimersByTimeAsync(0);
    goOn();
    expect(await later).toEqual(RECORDED);
    expect(stored).toEqual([first, third]);
  });
});
