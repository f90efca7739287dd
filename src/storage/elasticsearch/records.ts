import { StoreUnavailableError } from '../metrics.repository.js';
import { bulk, type BulkOutcome, isUnavailable } from './client/bulk.js';
import type { Cluster } from './client/cluster.js';
import { RECORD_KEY } from './indexes/index-templates.js';

/**
 * Saves records; each replaces the stored document with its id. Searches find them when the promise resolves.
 * @throws StoreUnavailableError when some records could not be saved; others may have been
 */
export async function saveRecords(
  cluster: Cluster,
  records: readonly { readonly index: string; readonly id: string; readonly record: object }[],
): Promise<void> {
  const operations = records.map(({ index, id, record }) => ({
    index,
    id,
    document: { [RECORD_KEY]: id, ...record },
    version: 'any' as const,
  }));
  requireDone(await bulk(cluster, operations, { refresh: true }));
}

/** @throws StoreUnavailableError when some records could not be saved or deleted; others may have been */
export function requireDone(outcomes: readonly BulkOutcome[]): void {
  const failure = outcomes.find((outcome) => outcome !== 'done');
  if (failure === undefined) return;
  if (typeof failure === 'object' && !isUnavailable(failure))
    throw new Error(`Elasticsearch rejected a record: ${failure.rejected}`);
  const reason = failure === 'conflict' ? failure : failure.unavailable;
  throw new StoreUnavailableError(`Elasticsearch: some records could not be saved or deleted: ${reason}`);
}
