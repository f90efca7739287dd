import type { Client } from '@elastic/elasticsearch';
import type { UsageMonth } from '../../model/usage-month.js';
import { StoreUnavailableError } from '../metrics.repository.js';
import { orUnavailable } from './client/elasticsearch-errors.js';
import type { IndexNames } from './indexes/index-names.js';
import { newMonth } from './usage-month-index.js';

const CONFLICT = 409;

/**
 * Brings the list of months and the indexes of usages into agreement. Adds the months of indexes that were written before
 * the service kept the list, and deletes the indexes that an interrupted removal left behind.
 */
export async function reconcileUsageMonths(client: Client, names: IndexNames, now: Date): Promise<void> {
  const indexes = Object.keys(await orUnavailable(client.indices.get({ index: names.allUsages })));
  if (indexes.length === 0) return;
  const operations = indexes
    .flatMap((index) => names.monthOf(index) ?? [])
    .flatMap((month) => [{ create: { _id: month.toString() } }, newMonth(month, now)]);
  const { items } = await orUnavailable(client.bulk({ index: names.usageMonths, operations, refresh: true }));
  const failure = items.find(({ create }) => create?.error && create.status !== CONFLICT)?.create?.error;
  if (failure) throw new StoreUnavailableError(`Elasticsearch: months could not be added: ${failure.reason ?? ''}`);
  const { hits } = await orUnavailable(
    client.search<UsageMonth>({
      index: names.usageMonths,
      query: { term: { usages_removed: true } },
      size: operations.length,
      allow_partial_search_results: false,
    }),
  );
  const removed = new Set(hits.hits.map(({ _id }) => _id));
  const leftovers = indexes.filter((index) => removed.has(names.monthOf(index)?.toString()));
  if (leftovers.length > 0) await orUnavailable(client.indices.delete({ index: leftovers, ignore_unavailable: true }));
}
