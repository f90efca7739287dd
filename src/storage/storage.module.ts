import { type DynamicModule, Module } from '@nestjs/common';
import { ElasticsearchModule } from '@nestjs/elasticsearch';
import type { Configuration } from '../config/configuration.js';
import { clientOptions } from './elasticsearch/client-options.js';
import { ElasticsearchRepository } from './elasticsearch/elasticsearch-repository.js';
import { EmbeddedRepository } from './embedded/embedded-repository.js';
import { MetricsRepository } from './metrics-repository.js';
import { StoreMetrics } from './store-metrics.js';

/** Chooses the store; the only place that knows which there are. */
@Module({})
export class StorageModule {
  static with(configuration: Configuration): DynamicModule {
    const isElsewhere = configuration.elasticsearchUrls.length > 0;
    return {
      module: StorageModule,
      global: true,
      imports: isElsewhere ? [ElasticsearchModule.register(clientOptions(configuration))] : [],
      providers: [
        StoreMetrics,
        { provide: MetricsRepository, useClass: isElsewhere ? ElasticsearchRepository : EmbeddedRepository },
      ],
      exports: [MetricsRepository],
    };
  }
}
