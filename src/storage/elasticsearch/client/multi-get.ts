import type { estypes } from '@elastic/elasticsearch';
import { StoreUnavailableError } from '../../metrics.repository.js';
import { sendBatchWithRetries } from './batch-retry.js';
import type { Cluster } from './cluster.js';

export interface DocumentAddress {
  readonly index: string;
  readonly id: string;
}

export type FoundDocument<T> = estypes.GetGetResult<T> & { readonly _source: T };

/**
 * Reads `N×` documents by id in one request, in their current state rather than as searches see them. Reads from a shard
 * that is unavailable are retried: the primary shard of an index that was just created takes a moment to start.
 *
 * @returns `N×` documents, in the order of the addresses; undefined for one that does not exist, or whose index does not
 * @throws StoreUnavailableError when the shard of a document stays unavailable
 */
export async function multiGet<T>(
  cluster: Cluster,
  addresses: readonly DocumentAddress[],
): Promise<(FoundDocument<T> | undefined)[]> {
  const items = await sendBatchWithRetries(
    addresses.map(({ index, id }) => ({ _index: index, _id: id })),
    async (docs) => (await cluster.read((client) => client.mget<T>({ docs: [...docs] }))).docs,
    (item) => failureOf(item) !== undefined,
  );
  return items.map(toFoundDocument);
}

function toFoundDocument<T>(item: estypes.MgetResponseItem<T>): FoundDocument<T> | undefined {
  const failure = failureOf(item);
  if (failure) throw new StoreUnavailableError(`Elasticsearch: ${failure.reason ?? failure.type}`);
  return 'found' in item && item.found && item._source ? { ...item, _source: item._source } : undefined;
}

function failureOf(item: estypes.MgetResponseItem<unknown>): estypes.ErrorCause | undefined {
  return 'error' in item && item.error.type !== 'index_not_found_exception' ? item.error : undefined;
}
