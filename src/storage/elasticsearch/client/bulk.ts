import type { ElasticsearchService } from '@nestjs/elasticsearch';
import { sendBatchWithRetries } from './batch-retry.js';
import type { Cluster } from './cluster.js';
import { isTransient } from './elasticsearch-errors.js';

/** The limit of retries of an update whose document is changed by concurrent writers. */
const MAX_UPDATE_RETRIES = 20;

/** The version of a document, for optimistic concurrency control. */
export interface Version {
  readonly seqNo: number;
  readonly primaryTerm: number;
}

/** Creates, replaces or deletes one document. */
export interface BulkOperation {
  readonly index: string;
  readonly id: string;
  /** The new document; undefined to delete the stored one. */
  readonly document?: object;
  /**
   * The version that is replaced or deleted; `any` for an unconditional write. Undefined to create a document, which fails
   * with a conflict when one with the same id exists.
   */
  readonly version?: Version | 'any';
}

/** Changes some fields of one document, and leaves the others to concurrent writers. */
export interface BulkUpdate {
  readonly index: string;
  readonly id: string;
  readonly changes: object;
  /** The document to create when none exists; undefined to do nothing then. */
  readonly upsert?: object;
}

/**
 * `conflict`: the stored document does not have the expected version. `rejected`: Elasticsearch cannot store the
 * document, and a retry does not help.
 */
export type BulkOutcome = 'done' | 'conflict' | 'unavailable' | { readonly rejected: string };

interface BulkItem {
  readonly status: number;
  readonly error?: { readonly type: string; readonly reason?: string | null };
}

/**
 * Runs `N×` operations in one request, durably when the promise resolves. Operations with a transient failure are retried.
 *
 * @param refresh whether the changes are visible to searches when the promise resolves
 * @returns `N×` outcomes, in the order of the operations
 */
export async function bulk(
  cluster: Cluster,
  operations: readonly (BulkOperation | BulkUpdate)[],
  { refresh = false } = {},
): Promise<BulkOutcome[]> {
  return await sendBatchWithRetries(
    operations,
    (batch) => cluster.write((client) => sendBulk(client, batch, refresh)),
    (outcome) => outcome === 'unavailable',
  );
}

async function sendBulk(
  client: ElasticsearchService,
  operations: readonly (BulkOperation | BulkUpdate)[],
  refresh: boolean,
): Promise<BulkOutcome[]> {
  const { items } = await client.bulk({ operations: operations.flatMap(toLines), refresh });
  return operations.map((operation, index) => {
    const item = items[index];
    return toOutcome(operation, (item?.create ?? item?.index ?? item?.update ?? item?.delete) as BulkItem);
  });
}

function toLines(operation: BulkOperation | BulkUpdate): object[] {
  const target = { _index: operation.index, _id: operation.id };
  if ('changes' in operation) {
    const { changes: doc, upsert } = operation;
    return [{ update: { ...target, retry_on_conflict: MAX_UPDATE_RETRIES } }, { doc, upsert }];
  }
  const { document, version } = operation;
  if (version === undefined) return [{ create: target }, document ?? {}];
  const expected =
    version === 'any' ? target : { ...target, if_seq_no: version.seqNo, if_primary_term: version.primaryTerm };
  return document ? [{ index: expected }, document] : [{ delete: expected }];
}

function toOutcome(operation: BulkOperation | BulkUpdate, { status, error }: BulkItem): BulkOutcome {
  if (!error) return 'done';
  if (status === 409) return 'conflict';
  const isOptional = 'changes' in operation ? !operation.upsert : !operation.document;
  if (status === 404 && isOptional) return 'done';
  if (isTransient(status, error.type) || status >= 500) return 'unavailable';
  return { rejected: `${error.type}: ${error.reason ?? ''}` };
}
