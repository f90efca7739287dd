import type { ElasticsearchService } from '@nestjs/elasticsearch';
import { StoreUnavailableError } from '../../metrics.repository.js';
import type { StoreMetrics, StoreOperation } from '../../store-metrics.js';
import { orUnavailable, orUndefinedIfExists } from './elasticsearch-errors.js';

/** Runs reads and writes on the cluster: measures their duration and translates errors into those of the port. */
export class Cluster {
  private isReady = false;
  /** Indexes that exist, unless they were deleted meanwhile. */
  private readonly knownIndexes = new Set<string>();

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

  /**
   * Creates an index if it does not exist. A write would create it, but many new indexes in one request take longer than a
   * request may, and the cluster blames the documents when it accepts no more indexes.
   */
  async ensureIndex(index: string): Promise<void> {
    if (this.knownIndexes.has(index)) return;
    await this.write((client) => orUndefinedIfExists(client.indices.create({ index })));
    this.knownIndexes.add(index);
  }

  /** Call this when an index was deleted. */
  forgetIndex(index: string): void {
    this.knownIndexes.delete(index);
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
