import { Injectable } from '@nestjs/common';
import { Counter, Histogram, Registry } from 'prom-client';

export type OsfSource = 'database' | 'api';

/** Prometheus metrics of requests to the OSF's database and API. */
@Injectable()
export class OsfMetrics {
  readonly lookups: Counter<'source' | 'outcome'>;
  readonly duration: Histogram<'source'>;

  constructor(registry: Registry) {
    this.lookups = new Counter({
      name: 'osf_metrics_osf_lookups_total',
      help: 'Lookups in the OSF by outcome: answered, failed, or not_asked (after a recent failure or at the limit of concurrent requests)',
      labelNames: ['source', 'outcome'],
      registers: [registry],
    });
    this.duration = new Histogram({
      name: 'osf_metrics_osf_lookup_duration_seconds',
      help: 'Duration of lookups in the OSF, successful or failed',
      labelNames: ['source'],
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
      registers: [registry],
    });
  }
}
