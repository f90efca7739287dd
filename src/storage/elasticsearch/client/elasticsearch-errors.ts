import { errors } from '@elastic/elasticsearch';
import { StoreUnavailableError } from '../../metrics.repository.js';

/** Timeouts, overload, and nodes or shards that are unavailable. */
const TRANSIENT_STATUSES: readonly (number | undefined)[] = [408, 429, 502, 503, 504];
/** An index block: the disk is full, or an operator made indexes read-only. */
const INDEX_BLOCK = 'cluster_block_exception';

/** Whether the same request may succeed later. */
export function isTransient(status: number | undefined, errorType: string | undefined): boolean {
  return TRANSIENT_STATUSES.includes(status) || errorType === INDEX_BLOCK;
}

/** The error type that Elasticsearch returned, such as `index_not_found_exception`; undefined for any other error. */
export function errorTypeOf(error: unknown): string | undefined {
  if (!(error instanceof errors.ResponseError)) return undefined;
  return (error.body as { error?: { type?: string } } | undefined)?.error?.type;
}

/** @throws StoreUnavailableError when the call fails because the cluster is unavailable, overloaded or read-only */
export async function orUnavailable<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    throw new StoreUnavailableError(`Elasticsearch: ${(error as Error).message}`, { cause: error });
  }
}

/** Resolves with undefined when the document, index or template does not exist. */
export async function orUndefinedIfMissing<T>(call: Promise<T>): Promise<T | undefined> {
  return await orUndefinedIfStatus(404, call);
}

/** Resolves with undefined when a concurrent write won. */
export async function orUndefinedIfConflict<T>(call: Promise<T>): Promise<T | undefined> {
  return await orUndefinedIfStatus(409, call);
}

async function orUndefinedIfStatus<T>(status: number, call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof errors.ResponseError && error.statusCode === status) return undefined;
    throw error;
  }
}

function isUnavailable(error: unknown): boolean {
  if (error instanceof errors.ResponseError) return isTransient(error.statusCode, errorTypeOf(error));
  return (
    error instanceof errors.ConnectionError ||
    error instanceof errors.TimeoutError ||
    error instanceof errors.NoLivingConnectionsError
  );
}
