import type { estypes } from '@elastic/elasticsearch';
import type { Cluster } from './cluster.js';

interface Reading {
  readonly query: estypes.QueryDslQueryContainer;
  readonly sort: estypes.SortCombinations[];
  /** How many documents are in memory at a time. */
  readonly pageSize: number;
}

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

/** The documents that a query finds, in the given order, as they were when the first was read. */
export async function* readDocuments<Document>(
  cluster: Cluster,
  index: string | string[],
  { query, sort, pageSize }: Reading,
): AsyncIterable<Document> {
  const pit = await PointInTime.open(cluster, index);
  try {
    let after: estypes.SortResults | undefined;
    for (;;) {
      const request = { query, sort: [...sort, '_shard_doc'], size: pageSize, search_after: after };
      const hits = await pit.search<Document>(request);
      for (const { _source } of hits) yield _source as Document;
      after = hits.at(-1)?.sort;
      if (hits.length < pageSize) return;
    }
  } finally {
    await pit.close();
  }
}
