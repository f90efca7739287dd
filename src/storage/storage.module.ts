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
import { StoreBackup } from './store-backup.js';
import { StoreMetrics } from './store-metrics.js';
import { StoreSpaceMetrics } from './store-space-metrics.js';

interface Store {
  readonly isSelected: (configuration: Configuration) => boolean;
  readonly repository: Type<MetricsRepository>;
  /** Whether the repository is also a `StoreBackup`. */
  readonly hasBackup: boolean;
  readonly imports: (configuration: Configuration) => NonNullable<ModuleMetadata['imports']>;
}

/** The stores. The first one that the configuration selects is used; the last one is the default. Add a store here. */
const STORES: readonly [...Store[], Store] = [
  {
    isSelected: ({ usesElasticsearch }) => usesElasticsearch,
    repository: ElasticsearchRepository,
    hasBackup: false,
    imports: (configuration) => [ElasticsearchModule.register(clientOptions(configuration))],
  },
  { isSelected: () => true, repository: DuckDbRepository, hasBackup: true, imports: () => [] },
];

/** Provides the `MetricsRepository` of the configured store, and its `StoreBackup` or null. */
@Module({})
export class StorageModule {
  /** @param reportClasses the report types that the store prepares to save */
  static forRoot(configuration: Configuration, reportClasses: readonly ReportClass[]): DynamicModule {
    const store = STORES.find(({ isSelected }) => isSelected(configuration)) as Store;
    return {
      module: StorageModule,
      global: true,
      imports: [PrometheusModule, ...store.imports(configuration)],
      providers: [
        StoreMetrics,
        StoreSpaceMetrics,
        { provide: REPORT_CLASSES, useValue: reportClasses },
        { provide: MetricsRepository, useClass: store.repository },
        store.hasBackup
          ? { provide: StoreBackup, useExisting: MetricsRepository }
          : { provide: StoreBackup, useValue: null },
        { provide: ReadinessCheck, useExisting: MetricsRepository },
      ],
      exports: [MetricsRepository, StoreBackup, ReadinessCheck],
    };
  }
}
