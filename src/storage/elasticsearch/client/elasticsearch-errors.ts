import { errors } from '@elastic/elasticsearch';
import { StoreUnavailableError } from '../../metrics.repository.js';

/** Timeouts, overload, and nodes or shards that are unavailable. */
const TRANSIENT_STATUSES: readonly (number | undefined)[] = [408, 429, 502, 503, 504];
/** An index block: the disk is full, or an operator made indexes read-only. */
const INDEX_BLOCK = 'cluster_block_exception';
/** The errors that blame a document. For any other error, the same document may be stored later. */
const DOCUMENT_ERRORS: readonly string[] = ['document_parsing_exception', 'mapper_parsing_exception'];
/** The error types of a missing index, and of a missing template. */
const MISSING: readonly (string | undefined)[] = ['index_not_found_exception', 'resource_not_found_exception'];

/** Whether the same request may succeed a moment later. */
export function isTransient(status: number | undefined, errorType: string | undefined): boolean {
  return TRANSIENT_STATUSES.includes(status) || errorType === INDEX_BLOCK;
}

/** Whether the cluster says that the document itself is wrong. */
export function isDocumentError(status: number, errorType: string): boolean {
  return status === 400 && DOCUMENT_ERRORS.includes(errorType);
}

/** The error type that Elasticsearch returned, such as `index_not_found_exception`; undefined for any other error. */
export function errorTypeOf(error: unknown): string | undefined {
  if (!(error instanceof errors.ResponseError)) return undefined;
  return (error.body as { error?: { type?: string } } | null | undefined)?.error?.type;
}

/** Whether the client's user may not do this. A user whose credentials are invalid or expired is another case. */
export function isForbidden(error: unknown): boolean {
  return errorTypeOf(error) === 'security_exception' && (error as errors.ResponseError).statusCode === 403;
}

/**
 * Every error of the client means that the store is unavailable: an error that a caller expects is handled closer to the
 * call, by the functions below.
 *
 * @throws StoreUnavailableError
 */
export async function orUnavailable<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof errors.ElasticsearchClientError)) throw error;
    throw new StoreUnavailableError(`Elasticsearch: ${error.message}`, { cause: error });
  }
}

/** Resolves with undefined when the document, index or template does not exist. */
export async function orUndefinedIfMissing<T>(call: Promise<T>): Promise<T | undefined> {
  return await orUndefinedIf(isMissing, call);
}

/** Resolves with undefined when a concurrent write won. */
export async function orUndefinedIfConflict<T>(call: Promise<T>): Promise<T | undefined> {
  return await orUndefinedIf((error) => errorTypeOf(error) === 'version_conflict_engine_exception', call);
}

/** Resolves with undefined when the index exists already. */
export async function orUndefinedIfExists<T>(call: Promise<T>): Promise<T | undefined> {
  return await orUndefinedIf((error) => errorTypeOf(error) === 'resource_already_exists_exception', call);
}

async function orUndefinedIf<T>(isExpected: (error: unknown) => boolean, call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isExpected(error)) return undefined;
    throw error;
  }
}

/** A status of 404 alone says nothing: a proxy in front of the cluster may send it. */
function isMissing(error: unknown): boolean {
  if (!(error instanceof errors.ResponseError) || error.statusCode !== 404) return false;
  const body = error.body as { found?: boolean; result?: string; index_templates?: object[] } | null | undefined;
  return (
    MISSING.includes(errorTypeOf(error)) ||
    body?.found === false ||
    body?.result === 'not_found' ||
    body?.index_templates?.length === 0
  );
}
