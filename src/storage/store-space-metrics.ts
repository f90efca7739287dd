import { Injectable, Logger } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { MetricsRepository, type StoreSpace } from './metrics.repository.js';

/** Prometheus metrics of the space that the store takes and has left, measured when Prometheus reads them. */
@Injectable()
export class StoreSpaceMetrics {
  private readonly logger = new Logger(StoreSpaceMetrics.name);
  /** The measurement in progress, which both metrics share. */
  private measuring: Promise<StoreSpace | undefined> | undefined;

  constructor(
    private readonly repository: MetricsRepository,
    registry: Registry,
  ) {
    const measure = (): Promise<StoreSpace | undefined> => this.measure();
    const addGauge = (name: string, help: string, toBytes: (space: StoreSpace) => number): void => {
      new Gauge({
        name,
        help,
        registers: [registry],
        async collect() {
          const space = await measure();
          if (space) this.set(toBytes(space));
          else this.remove();
        },
      });
    };
    addGauge(
      'osf_metrics_store_size_bytes',
      'Size of the embedded store, or of all indexes of the Elasticsearch cluster',
      ({ storedBytes }) => storedBytes,
    );
    addGauge(
      'osf_metrics_store_free_bytes',
      'Free space on the disk of DATA_DIR, or on all disks of the Elasticsearch cluster',
      ({ freeBytes }) => freeBytes,
    );
  }

  /** Returns undefined while the store is unavailable: the other metrics are then needed most. */
  private async measure(): Promise<StoreSpace | undefined> {
    this.measuring ??= this.repository
      .measureSpace()
      .catch((error: unknown) => {
        this.logger.debug(`cannot measure the space of the store: ${String(error)}`);
        return undefined;
      })
      .finally(() => {
        this.measuring = undefined;
      });
    return await this.measuring;
  }
}
