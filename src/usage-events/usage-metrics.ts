import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The rules by which a usage is not counted. `foreign-page`: the page is not on a site of the platform. */
export const SKIP_REASONS = ['robot', 'contributor', 'prefetch', 'foreign-page'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

const REFUSAL_REASONS = ['queue-full', 'store-failed', 'store-slow'] as const;

/** The Prometheus metrics of recording. */
@Injectable()
export class UsageMetrics {
  readonly recorded: Counter;
  readonly skipped: Counter<'reason'>;
  readonly refused: Counter<'reason'>;
  readonly unknownItems: Counter;
  readonly batchSize: Histogram;
  readonly queueDepth: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.recorded = new Counter({ name: 'osf_metrics_usages_recorded_total', help: 'Usages stored', registers });
    this.skipped = new Counter({
      name: 'osf_metrics_usages_skipped_total',
      help: 'Usages that are not counted, by rule',
      labelNames: ['reason'],
      registers,
    });
    this.refused = new Counter({
      name: 'osf_metrics_usages_refused_total',
      help: 'Usages that were not stored because the queue was full or the store failed or was too slow',
      labelNames: ['reason'],
      registers,
    });
    this.unknownItems = new Counter({
      name: 'osf_metrics_unknown_item_usages_total',
      help: 'Usages of items that the catalog does not know',
      registers,
    });
    this.batchSize = new Histogram({
      name: 'osf_metrics_recording_batch_size',
      help: 'Usages per transaction',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
      registers,
    });
    this.queueDepth = new Gauge({
      name: 'osf_metrics_recording_queue_depth',
      help: 'Usages in the recording queue',
      registers,
    });
    // Prometheus sees an increase only of a series that it has seen before.
    for (const reason of SKIP_REASONS) this.skipped.inc({ reason }, 0);
    for (const reason of REFUSAL_REASONS) this.refused.inc({ reason }, 0);
  }
}
