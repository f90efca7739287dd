import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import { serviceUnavailable } from '../http/json-api/api-error.js';
import {
  MetricsRepository,
  type NewUsage,
  type RecordOutcome,
  type StoreOutcome,
  StoreUnavailableError,
} from '../storage/metrics.repository.js';
import { UsageMetrics } from './usage-metrics.js';

const BATCH_LIMIT = 500;
/** While a batch takes this long to be stored, nobody goes on waiting for the next one. */
const PATIENCE_MILLISECONDS = 10_000;

interface Waiting {
  readonly usage: NewUsage;
  readonly resolve: (outcome: RecordOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Stores usages of many requests together: while one batch is being stored, the next one gathers. The queue between the
 * requests and the store is bounded.
 */
@Injectable()
export class UsageWriteBuffer {
  private queue: Waiting[] = [];
  private isFlushing = false;

  constructor(
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
    private readonly metrics: UsageMetrics,
  ) {
    this.metrics.queueDepth.set(0);
  }

  /**
   * Resolves when the usage is durable.
   * @throws ApiError 503 when too many usages wait, or wait for too long; whatever the store throws
   */
  async record(usage: NewUsage): Promise<RecordOutcome> {
    const [outcome] = await this.recordAll([usage]);
    return outcome as RecordOutcome;
  }

  /** As `record`, of `N×` usages; refuses all of them or none. */
  async recordAll(usages: readonly NewUsage[]): Promise<RecordOutcome[]> {
    if (this.queue.length + usages.length > this.configuration.recordingQueueLimit) {
      this.metrics.refused.inc({ reason: 'queue-full' }, usages.length);
      throw serviceUnavailable('too many usages are waiting to be stored; nothing of this request was', 1);
    }
    const outcomes = usages.map(
      (usage) =>
        new Promise<RecordOutcome>((resolve, reject) => {
          this.queue.push({ usage, resolve, reject });
        }),
    );
    this.metrics.queueDepth.set(this.queue.length);
    if (!this.isFlushing) void this.flush();
    return await Promise.all(outcomes);
  }

  private async flush(): Promise<void> {
    this.isFlushing = true;
    // Requests that arrive at the same moment get into the same batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.queue.length > 0) {
      const batch = this.queue.slice(0, BATCH_LIMIT);
      this.queue = this.queue.slice(BATCH_LIMIT);
      this.metrics.queueDepth.set(this.queue.length);
      await this.store(batch);
    }
    this.isFlushing = false;
  }

  private async store(batch: readonly Waiting[]): Promise<void> {
    this.metrics.batchSize.observe(batch.length);
    const impatience = setInterval(() => this.refuseWaiting(), PATIENCE_MILLISECONDS);
    try {
      const outcomes = await this.repository.recordUsages(batch.map(({ usage }) => usage));
      outcomes.forEach((outcome, index) => this.settle(batch[index] as Waiting, outcome));
    } catch (error) {
      this.metrics.refused.inc({ reason: 'store-failed' }, batch.length);
      for (const { reject } of batch) reject(error);
    } finally {
      clearInterval(impatience);
    }
  }

  /** Refuses those whose turn has not come. What becomes of the batch that is being stored nobody knows yet. */
  private refuseWaiting(): void {
    const waiting = this.queue;
    this.queue = [];
    this.metrics.queueDepth.set(0);
    if (waiting.length > 0) this.metrics.refused.inc({ reason: 'store-slow' }, waiting.length);
    for (const { reject } of waiting) reject(serviceUnavailable('the store is too slow; try again'));
  }

  private settle({ resolve, reject }: Waiting, outcome: StoreOutcome): void {
    if (outcome.status === 'unavailable') {
      this.metrics.refused.inc({ reason: 'store-failed' });
      reject(new StoreUnavailableError('the store could not take this usage'));
      return;
    }
    if (outcome.status === 'recorded') this.metrics.recorded.inc();
    resolve(outcome);
  }
}
