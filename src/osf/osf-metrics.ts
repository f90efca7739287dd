import { Injectable } from '@nestjs/common';
import { Counter, Histogram, Registry } from 'prom-client';

/** What we ask: the OSF's database, or its API. */
export type OsfSource = 'database' | 'api';

/** What operators see of how the OSF answers. */
@Injectable()
export class OsfMetrics {
  readonly lookups: Counter<'source' | 'outcome'>;
  readonly duration: Histogram<'source'>;

  constructor(registry: Registry) {
    this.lookups = new Counter({
      name: 'osf_metrics_osf_lookups_total',
      help: 'What was asked of the OSF: answered, failed, or not asked because it had just failed or too much was asked',
      labelNames: ['source', 'outcome'],
      registers: [registry],
    });
    this.duration = new Histogram({
      name: 'osf_metrics_osf_lookup_duration_seconds',
      help: 'How long the OSF took to answer, or to fail',
      labelNames: ['source'],
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
      registers: [registry],
    });
  }
}
