import { type DynamicModule, Module, type ModuleMetadata, type Type } from '@nestjs/common';
import { ElasticsearchModule } from '@nestjs/elasticsearch';
import type { Configuration } from '../config/configuration.js';
import type { ReportClass } from '../model/report-type.js';
import { PrometheusModule } from '../operations/prometheus.module.js';
import { ReadinessCheck } from '../operations/readiness-check.js';
import { DuckDbRepository } from './duckdb/duckdb.repository.js';
import { clientOptions } from './elasticsearch/client/client-options.js';
import { ElasticsearchRepository } from './elasticsearch/elasticsearch.repository.js';
import { MetricsRepository, REPORT_CLASSES } from './metrics.repository.js';
import { StoreMetrics } from './store-metrics.js';

interface Store {
  readonly isSelected: (configuration: Configuration) => boolean;
  readonly repository: Type<MetricsRepository>;
  readonly imports: (configuration: Configuration) => NonNullable<ModuleMetadata['imports']>;
}

/** The stores; the first whose configuration is present is used. To add a store, add a row before the last. */
const STORES: readonly [...Store[], Store] = [
  {
    isSelected: ({ usesElasticsearch }) => usesElasticsearch,
    repository: ElasticsearchRepository,
    imports: (configuration) => [ElasticsearchModule.register(clientOptions(configuration))],
  },
  { isSelected: () => true, repository: DuckDbRepository, imports: () => [] },
];

/** Provides the `MetricsRepository` of the configured store. */
@Module({})
export class StorageModule {
  /** @param reportClasses the report types for which the store prepares a table or an index */
  static forRoot(configuration: Configuration, reportClasses: readonly ReportClass[]): DynamicModule {
    const store = STORES.find(({ isSelected }) => isSelected(configuration)) as Store;
    return {
      module: StorageModule,
      global: true,
      imports: [PrometheusModule, ...store.imports(configuration)],
      providers: [
        StoreMetrics,
        { provide: REPORT_CLASSES, useValue: reportClasses },
        { provide: MetricsRepository, useClass: store.repository },
        { provide: ReadinessCheck, useExisting: MetricsRepository },
      ],
      exports: [MetricsRepository, ReadinessCheck],
    };
  }
}
