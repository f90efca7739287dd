import { StoreUnavailableError } from '../../metrics.repository.js';
import { sendBatchWithRetries } from './batch-retry.js';
import type { Cluster } from './cluster.js';
import { isDocumentError, isTransient } from './elasticsearch-errors.js';

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

/** Elasticsearch cannot store the document, and a retry does not help. */
interface Rejection {
  /** The error of Elasticsearch, for the log. */
  readonly rejected: string;
}

/** The document was not stored for any other reason. */
interface Unavailability {
  /** The error of Elasticsearch, for the log. */
  readonly unavailable: string;
  readonly isTransient: boolean;
}

/** `conflict`: the stored document does not have the expected version. */
export type BulkOutcome = 'done' | 'conflict' | Rejection | Unavailability;

interface BulkItem {
  readonly status: number;
  readonly error?: { readonly type: string; readonly reason?: string | null };
}

interface BulkOptions {
  /** Whether the changes are visible to searches when the promise resolves. */
  readonly refresh?: boolean;
}

/**
 * Runs `N×` operations in one request, durably when the promise resolves. Creates missing indexes before, and retries
 * operations with a transient failure.
 *
 * @returns `N×` outcomes, in the order of the operations
 */
export async function bulk(
  cluster: Cluster,
  operations: readonly (BulkOperation | BulkUpdate)[],
  options: BulkOptions = {},
): Promise<BulkOutcome[]> {
  const failures = await ensureIndexes(cluster, operations);
  const sent = operations.filter(({ index }) => !failures.has(index));
  const outcomes = await sendBatchWithRetries(
    sent,
    (batch) => sendBulk(cluster, batch, options),
    (outcome) => isUnavailable(outcome) && outcome.isTransient,
  );
  return operations.map(({ index }) => failures.get(index) ?? (outcomes.shift() as BulkOutcome));
}

/** @returns the failures of indexes that could not be created */
async function ensureIndexes(
  cluster: Cluster,
  operations: readonly (BulkOperation | BulkUpdate)[],
): Promise<Map<string, Unavailability>> {
  const failures = new Map<string, Unavailability>();
  const written = operations.filter((operation) => !isOptional(operation)).map(({ index }) => index);
  for (const index of new Set(written)) {
    try {
      await cluster.ensureIndex(index);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      failures.set(index, { unavailable: error.message, isTransient: false });
    }
  }
  return failures;
}

/** Runs `N×` operations as `bulk` does, but only once, and without creating indexes. */
export async function sendBulk(
  cluster: Cluster,
  operations: readonly (BulkOperation | BulkUpdate)[],
  { refresh = false }: BulkOptions = {},
): Promise<BulkOutcome[]> {
  const { items } = await cluster.write((client) => client.bulk({ operations: operations.flatMap(toLines), refresh }));
  return operations.map((operation, position) => {
    const item = items[position];
    const result: BulkItem | undefined = item?.create ?? item?.index ?? item?.update ?? item?.delete;
    if (result?.error?.type === 'index_not_found_exception') cluster.forgetIndex(operation.index);
    return toOutcome(operation, result);
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

function toOutcome(operation: BulkOperation | BulkUpdate, item: BulkItem | undefined): BulkOutcome {
  if (item === undefined) return { unavailable: 'the response has no result for this document', isTransient: false };
  const { status, error } = item;
  if (status === 200 || status === 201 || (status === 404 && isOptional(operation))) return 'done';
  if (status === 409) return 'conflict';
  const description = `${status} ${error?.type ?? ''}: ${error?.reason ?? ''}`;
  if (error && isDocumentError(status, error.type)) return { rejected: description };
  return { unavailable: description, isTransient: isTransient(status, error?.type) || status >= 500 };
}

/** Whether the operation does nothing when there is no document. */
function isOptional(operation: BulkOperation | BulkUpdate): boolean {
  return 'changes' in operation ? !operation.upsert : !operation.document;
}

export function isUnavailable(outcome: BulkOutcome): outcome is Unavailability {
  return typeof outcome === 'object' && 'unavailable' in outcome;
}
