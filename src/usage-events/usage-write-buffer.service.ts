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

const MAX_USAGES_PER_WRITE = 500;
/** The longest time that a usage may be queued. */
const MAX_QUEUED_MILLISECONDS = 4_000;
const QUEUE_CHECK_MILLISECONDS = 500;

const BYTES_PER_MEBIBYTE = 1_048_576;
/** Of a usage without its longest texts. */
const BYTES_PER_USAGE = 1_000;

interface QueuedUsage {
  readonly usage: NewUsage;
  readonly bytes: number;
  /** By `performance.now()`. */
  readonly queuedAt: number;
  readonly resolve: (outcome: RecordOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes the usages of many requests together. One write runs at a time; usages that arrive meanwhile are queued for the
 * next one. The queue is bounded in number, in bytes and in waiting time: beyond that, usages are refused with 503, so that
 * memory does not grow. A usage is acknowledged once it is durable, so nothing is lost at shutdown.
 */
@Injectable()
export class UsageWriteBuffer {
  private queue: QueuedUsage[] = [];
  private isFlushing = false;
  /** About the size of the usages that are queued or being written. */
  private pendingBytes = 0;

  constructor(
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
    private readonly metrics: UsageMetrics,
  ) {
    this.metrics.queueDepth.set(0);
  }

  /**
   * Resolves when the usage is durable.
   * @throws ApiError 503 when the queue is full or too slow; StoreUnavailableError
   */
  async record(usage: NewUsage): Promise<RecordOutcome> {
    const [outcome] = await this.recordAll([usage]);
    return outcome as RecordOutcome;
  }

  /** As `record`, for `N×` usages. When the queue is full, none is recorded. */
  async recordAll(usages: readonly NewUsage[]): Promise<RecordOutcome[]> {
    const sizes = usages.map(estimateBytes);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    if (!this.hasRoom(usages.length, bytes)) {
      this.metrics.refused.inc({ reason: 'queue-full' }, usages.length);
      throw serviceUnavailable('the recording queue is full; nothing of this request was stored', 1);
    }
    const outcomes = usages.map(
      (usage, index) =>
        new Promise<RecordOutcome>((resolve, reject) => {
          this.queue.push({ usage, bytes: sizes[index] as number, queuedAt: performance.now(), resolve, reject });
        }),
    );
    this.pendingBytes += bytes;
    this.metrics.queueDepth.set(this.queue.length);
    if (!this.isFlushing) void this.flush();
    return await Promise.all(outcomes);
  }

  /** A request that is larger than the whole queue is accepted when nothing else is pending. */
  private hasRoom(count: number, bytes: number): boolean {
    const { recordingQueueLimit, recordingQueueMb } = this.configuration;
    if (this.queue.length + count > recordingQueueLimit) return false;
    return this.pendingBytes === 0 || this.pendingBytes + bytes <= recordingQueueMb * BYTES_PER_MEBIBYTE;
  }

  private async flush(): Promise<void> {
    this.isFlushing = true;
    // Lets requests that arrived together join the same write.
    await new Promise((resolve) => setImmediate(resolve));
    for (;;) {
      this.refuseExpired();
      if (this.queue.length === 0) break;
      const batch = this.queue.slice(0, MAX_USAGES_PER_WRITE);
      this.queue = this.queue.slice(MAX_USAGES_PER_WRITE);
      this.metrics.queueDepth.set(this.queue.length);
      await this.write(batch);
    }
    this.isFlushing = false;
  }

  private async write(batch: readonly QueuedUsage[]): Promise<void> {
    this.metrics.batchSize.observe(batch.length);
    const queueTimer = setInterval(() => this.refuseExpired(), QUEUE_CHECK_MILLISECONDS);
    try {
      const outcomes = await this.repository.recordUsages(batch.map(({ usage }) => usage));
      outcomes.forEach((outcome, index) => this.settle(batch[index] as QueuedUsage, outcome));
    } catch (error) {
      this.metrics.refused.inc({ reason: 'store-failed' }, batch.length);
      for (const { reject } of batch) reject(error);
    } finally {
      clearInterval(queueTimer);
      this.forget(batch);
    }
  }

  /** Refuses usages that have been queued for too long. The current write continues: its outcome is not known yet. */
  private refuseExpired(): void {
    const expiry = performance.now() - MAX_QUEUED_MILLISECONDS;
    const kept = this.queue.findIndex(({ queuedAt }) => queuedAt > expiry);
    const refused = this.queue.splice(0, kept === -1 ? this.queue.length : kept);
    if (refused.length === 0) return;
    this.forget(refused);
    this.metrics.queueDepth.set(this.queue.length);
    this.metrics.refused.inc({ reason: 'store-slow' }, refused.length);
    for (const { reject } of refused) reject(serviceUnavailable('the store is too slow; try again'));
  }

  private forget(usages: readonly QueuedUsage[]): void {
    for (const { bytes } of usages) this.pendingBytes -= bytes;
  }

  private settle({ resolve, reject }: QueuedUsage, outcome: StoreOutcome): void {
    if (outcome.status === 'unavailable') {
      this.metrics.refused.inc({ reason: 'store-failed' });
      reject(new StoreUnavailableError('the store could not record this usage'));
      return;
    }
    if (outcome.status === 'recorded') this.metrics.recorded.inc();
    resolve(outcome);
  }
}

/** About the memory that a usage takes. A character takes up to two bytes. */
function estimateBytes({ usage: { pageview_info, within_iris, item_iri } }: NewUsage): number {
  const texts: unknown[] = [...Object.values({ ...pageview_info }), ...within_iris, item_iri];
  return texts.reduce(
    (bytes: number, text) => bytes + 2 * (typeof text === 'string' ? text.length : 0),
    BYTES_PER_USAGE,
  );
}
