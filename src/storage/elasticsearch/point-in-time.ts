import type { estypes } from '@elastic/elasticsearch';
import type { Cluster } from './cluster.js';

/** How long the cluster keeps it from one page to the next: somebody may read slowly. */
const KEEP_ALIVE = '5m';

/** Indexes as they were at one moment, for lists that are read page by page. */
export class PointInTime {
  private constructor(
    private readonly cluster: Cluster,
    private id: string,
  ) {}

  static async open(cluster: Cluster, index: string | string[]): Promise<PointInTime> {
    const { id } = await cluster.read((client) =>
      client.openPointInTime({
        index,
        keep_alive: KEEP_ALIVE,
        ignore_unavailable: true,
        allow_partial_search_results: false,
      }),
    );
    return new PointInTime(cluster, id);
  }

  async search<Document>(request: estypes.SearchRequest): Promise<estypes.SearchHit<Document>[]> {
    const { hits, pit_id } = await this.cluster.read((client) =>
      client.search<Document>({ ...request, track_total_hits: false, pit: { id: this.id, keep_alive: KEEP_ALIVE } }),
    );
    this.id = pit_id ?? this.id;
    return hits.hits;
  }

  /** Lets the cluster forget it; one that cannot be told does by itself. */
  async close(): Promise<void> {
    await this.cluster.client.closePointInTime({ id: this.id }).catch(() => undefined);
  }
}
