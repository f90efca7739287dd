import type { ElasticsearchService } from '@nestjs/elasticsearch';
import { StoreUnavailableError } from '../../metrics.repository.js';
import type { StoreMetrics, StoreOperation } from '../../store-metrics.js';
import { orUnavailable } from './elasticsearch-errors.js';

/** Runs reads and writes on the cluster: measures their duration and translates errors into those of the port. */
export class Cluster {
  private isReady = false;

  constructor(
    readonly client: ElasticsearchService,
    private readonly metrics: StoreMetrics,
  ) {}

  /** Call this once the indexes are set up. Reads and writes fail with `StoreUnavailableError` before. */
  markReady(): void {
    this.isReady = true;
  }

  async read<T>(call: (client: ElasticsearchService) => Promise<T>): Promise<T> {
    return await this.run('read', call);
  }

  async write<T>(call: (client: ElasticsearchService) => Promise<T>): Promise<T> {
    return await this.run('write', call);
  }

  private async run<T>(operation: StoreOperation, call: (client: ElasticsearchService) => Promise<T>): Promise<T> {
    if (!this.isReady) throw new StoreUnavailableError('Elasticsearch: the indexes have not been checked yet');
    const stopTimer = this.metrics.duration.startTimer({ operation });
    try {
      return await orUnavailable(call(this.client));
    } finally {
      stopTimer();
    }
  }
}
