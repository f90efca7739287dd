import type { estypes } from '@elastic/elasticsearch';
import type { Cluster } from './cluster.js';

/** The maximum time between two pages: consumers may be slow. */
const KEEP_ALIVE = '5m';

/** A consistent view of indexes, for reading a long result page by page. */
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

  async aggregate(request: estypes.SearchRequest): Promise<Record<string, estypes.AggregationsAggregate>> {
    const { aggregations = {}, pit_id } = await this.cluster.read((client) =>
      client.search<unknown, Record<string, estypes.AggregationsAggregate>>({
        ...request,
        pit: { id: this.id, keep_alive: KEEP_ALIVE },
      }),
    );
    this.id = pit_id ?? this.id;
    return aggregations;
  }

  /** Releases the view on the cluster. Errors are ignored: the view expires by itself. */
  async close(): Promise<void> {
    await this.cluster.client.closePointInTime({ id: this.id }).catch(() => undefined);
  }
}

interface StreamOptions {
  readonly query: estypes.QueryDslQueryContainer;
  readonly sort: estypes.SortCombinations[];
  /** The maximum number of documents in memory. */
  readonly pageSize: number;
}

/** Every document that matches the query, in the given order, as of the time of the first read. */
export async function* streamDocuments<Document>(
  cluster: Cluster,
  index: string | string[],
  options: StreamOptions,
): AsyncIterable<Document> {
  for await (const { _source } of streamHits<Document>(cluster, index, options)) yield _source as Document;
}

/** As `streamDocuments`, with the address of each document. */
export async function* streamHits<Document>(
  cluster: Cluster,
  index: string | string[],
  { query, sort, pageSize }: StreamOptions,
): AsyncIterable<estypes.SearchHit<Document>> {
  const pit = await PointInTime.open(cluster, index);
  try {
    let after: estypes.SortResults | undefined;
    for (;;) {
      const request = { query, sort: [...sort, '_shard_doc'], size: pageSize, search_after: after };
      const hits = await pit.search<Document>(request);
      yield* hits;
      after = hits.at(-1)?.sort;
      if (hits.length < pageSize) return;
    }
  } finally {
    await pit.close();
  }
}
