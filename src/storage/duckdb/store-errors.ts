import { StoreUnavailableError } from '../metrics.repository.js';

/** DuckDB reports the kind of an error only in its message. */
const DUCKDB_ERROR = /^(?<kind>[A-Z][A-Za-z ]*) Error: /;
/** Kinds of errors that the statement itself causes: defects of this program. Every other one is a failure of the store. */
const STATEMENT_ERRORS: ReadonlySet<string> = new Set([
  'Binder',
  'Catalog',
  'Constraint',
  'Conversion',
  'Dependency',
  'Expression',
  'Invalid Configuration',
  'Invalid Input',
  'Invalid type',
  'Mismatch Type',
  'Not implemented',
  'Out of Range',
  'Parameter Not Allowed',
  'Parameter Not Resolved',
  'Parser',
  'Settings',
  'Syntax',
]);
/** After these errors DuckDB rejects every statement until the file is reopened. */
const INVALIDATING = /^(FATAL|INTERNAL) Error|database has been invalidated/;
const OUT_OF_MEMORY = /^Out of Memory Error|failed to (pin|allocate)|could not allocate|INTERRUPT Error/i;
/** Space may become free, so that the same operation succeeds later. Messages of DuckDB and of Node.js. */
const OUT_OF_SPACE =
  /No space left|File too large|quota exceeded|Could not (write|truncate|fsync|sync)|^Out of Memory|ENOSPC|EFBIG|EDQUOT/i;
const UNREADABLE = /checksum|corrupt|deserializ|Could not read|Input\/output error/i;

/** Converts an error of DuckDB into that of the port, unless the statement is wrong. Other errors stay as they are. */
export function toStoreError(error: unknown): unknown {
  const message = messageOf(error);
  const kind = DUCKDB_ERROR.exec(message)?.groups?.['kind'];
  if (kind === undefined || STATEMENT_ERRORS.has(kind)) return error;
  return new StoreUnavailableError(`the embedded store failed: ${message.split('\n')[0]}`, { cause: error });
}

/** Whether the file must be reopened. */
export function isInvalidating(error: unknown): boolean {
  return INVALIDATING.test(messageOf(error));
}

/** Whether memory was used up, or a read was interrupted so that a write gets its memory. */
export function isOutOfMemory(error: unknown): boolean {
  return OUT_OF_MEMORY.test(messageOf(error));
}

/** Whether a part of the file cannot be read. */
export function isUnreadable(error: unknown): boolean {
  const message = messageOf(error);
  return DUCKDB_ERROR.test(message) && UNREADABLE.test(message);
}

/** Whether the error, or its cause, is a lack of space or memory. */
export function isOutOfSpace(error: unknown): boolean {
  const { cause } = error as Error;
  return OUT_OF_SPACE.test(messageOf(error)) || (cause !== undefined && isOutOfSpace(cause));
}

function messageOf(error: unknown): string {
  return (error as Error).message;
}
