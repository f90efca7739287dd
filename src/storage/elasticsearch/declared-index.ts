import type { estypes } from '@elastic/elasticsearch';
import { StoreUnavailableError } from '../metrics.repository.js';
import { bulk } from './bulk.js';
import type { Cluster } from './cluster.js';
import { foundDocument, toRecord } from './documents.js';
import { RECORD_KEY } from './index-templates.js';
import { readDocuments } from './point-in-time.js';

const RECORDS_PER_PAGE = 1_000;

type RecordClass<T extends object> = (abstract new (...args: never[]) => T) & { prototype: T };

/** An index of records of one class, each under a key of its own. */
export class DeclaredIndex<T extends object> {
  constructor(
    private readonly cluster: Cluster,
    private readonly type: RecordClass<T>,
    readonly name: string,
  ) {}

  /** Saves records; one with the key of a stored record takes its place. Searches find them at once. */
  async save(records: ReadonlyMap<string, T>): Promise<void> {
    await saveDocuments(
      this.cluster,
      [...records].map(([id, record]) => ({ index: this.name, id, record })),
    );
  }

  /** Those of the records that exist, as they are now. */
  async find(keys: readonly string[]): Promise<T[]> {
    if (keys.length === 0) return [];
    const { docs } = await this.cluster.read((client) => client.mget<object>({ index: this.name, ids: [...keys] }));
    return docs.flatMap((doc) => foundDocument(doc) ?? []).map(({ _source }) => toRecord(this.type, _source));
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

  /** The records that a query finds, in the given order, without holding them all in memory. */
  async *stream(query: estypes.QueryDslQueryContainer, sort: estypes.SortCombinations[]): AsyncIterable<T> {
    const reading = { query, sort, pageSize: RECORDS_PER_PAGE };
    for await (const document of readDocuments<object>(this.cluster, this.name, reading)) {
      yield toRecord(this.type, document);
    }
  }

  async count(query: estypes.QueryDslQueryContainer): Promise<number> {
    return (await this.cluster.read((client) => client.count({ index: this.name, query, ignore_unavailable: true })))
      .count;
  }
}

/**
 * Saves records, each in place of what is stored under its id.
 * @throws StoreUnavailableError when some could not be saved; others may have been
 */
export async function saveDocuments(
  cluster: Cluster,
  records: readonly { readonly index: string; readonly id: string; readonly record: object }[],
): Promise<void> {
  const operations = records.map(({ index, id, record }) => ({
    index,
    id,
    document: { [RECORD_KEY]: id, ...record },
    version: 'any' as const,
  }));
  const outcomes = await bulk(cluster, operations, { refresh: true });
  const failed = outcomes.find((outcome) => outcome !== 'done');
  if (failed === undefined) return;
  if (typeof failed === 'object') throw new Error(`Elasticsearch refused a record: ${failed.refused}`);
  throw new StoreUnavailableError('Elasticsearch could not save every record');
}
