import { createHash } from 'node:crypto';

/**
 * The hash by which a text is looked up: the first 32 bits of its SHA-256 hash. DuckDB scans numbers much faster than text,
 * and an index would slow down writes. Different texts may have the same hash, so the text is compared too.
 */
export function hashOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE();
}

/** The same in SQL, of a column. */
export function sqlHashOf(column: string): string {
  return `('0x' || left(sha256("${column}"), 8))::uinteger`;
}
