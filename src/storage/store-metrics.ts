import { Injectable } from '@nestjs/common';
import { Histogram, Registry } from 'prom-client';

export type StoreOperation = 'read' | 'write';

/** Prometheus metrics of the store. */
@Injectable()
export class StoreMetrics {
  readonly duration: Histogram<'operation'>;

  constructor(registry: Registry) {
    this.duration = new Histogram({
      name: 'osf_metrics_store_duration_seconds',
      help: 'Duration of reads and writes in the store, without the time spent waiting for a connection',
      labelNames: ['operation'],
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
      registers: [registry],
    });
  }
}
