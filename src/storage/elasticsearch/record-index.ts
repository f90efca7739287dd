import type { estypes } from '@elastic/elasticsearch';
import { type RecordClass, toRecord } from '../../fields/to-record.js';
import type { Cluster } from './client/cluster.js';
import { multiGet } from './client/multi-get.js';
import { streamDocuments } from './client/point-in-time.js';
import { saveRecords } from './records.js';

const RECORDS_PER_PAGE = 1_000;

/** An index of records of one class, each stored under a key. */
export class RecordIndex<T extends object> {
  constructor(
    private readonly cluster: Cluster,
    private readonly type: RecordClass<T>,
    readonly name: string,
  ) {}

  /** Saves records by key; each replaces the stored record with the same key. Searches find them immediately. */
  async save(records: ReadonlyMap<string, T>): Promise<void> {
    await saveRecords(
      this.cluster,
      [...records].map(([id, record]) => ({ index: this.name, id, record })),
    );
  }

  /** Reads records in their current state. Keys without a record are left out. */
  async find(keys: readonly string[]): Promise<T[]> {
    if (keys.length === 0) return [];
    const addresses = keys.map((id) => ({ index: this.name, id }));
    const documents = await multiGet<object>(this.cluster, addresses);
    return documents.flatMap((document) => (document ? [toRecord(this.type, document._source)] : []));
  }

  async search(request: estypes.SearchRequest): Promise<T[]> {
    const { hits } = await this.cluster.read((client) =>
      client.search<object>({
        index: this.name,
        ignore_unavailable: true,
        allow_partial_search_results: false,
        track_total_hits: false,
        ...request,
      }),
    );
    return hits.hits.flatMap(({ _source }) => (_source ? [toRecord(this.type, _source)] : []));
  }

  /** The records that match the query, in the given order, without holding them all in memory. */
  async *stream(query: estypes.QueryDslQueryContainer, sort: estypes.SortCombinations[]): AsyncIterable<T> {
    const options = { query, sort, pageSize: RECORDS_PER_PAGE };
    for await (const document of streamDocuments<object>(this.cluster, this.name, options)) {
      yield toRecord(this.type, document);
    }
  }

  async count(query: estypes.QueryDslQueryContainer): Promise<number> {
    const { count } = await this.cluster.read((client) =>
      client.count({ index: this.name, query, ignore_unavailable: true }),
    );
    return count;
  }
}
