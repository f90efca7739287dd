import { Global, Module } from '@nestjs/common';
import { EmbeddedRepository } from './embedded/embedded-repository.js';
import { MetricsRepository } from './metrics-repository.js';
import { StoreMetrics } from './store-metrics.js';

/** Chooses the store; the only place that knows which there are. */
@Global()
@Module({
  providers: [StoreMetrics, EmbeddedRepository, { provide: MetricsRepository, useExisting: EmbeddedRepository }],
  exports: [MetricsRepository],
})
export class StorageModule {}
