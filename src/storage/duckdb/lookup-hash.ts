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

/**
 * The hash by which items are told apart when many are counted, as a decimal number: the first 64 bits of the SHA-256 hash
 * of their IRI. That two of ten million items have the same hash has a probability of 1 in 370,000.
 */
export function itemHashOf(itemIri: string): string {
  return createHash('sha256').update(itemIri).digest().readBigUInt64BE().toString();
}

/** The same in SQL, of the column `item_iri`. */
export const SQL_ITEM_HASH = `('0x' || left(sha256(item_iri), 16))::ubigint`;
