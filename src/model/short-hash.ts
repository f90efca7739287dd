import { createHmac, hash } from 'node:crypto';

/** The length of a `shortHash`, in characters. */
export const SHORT_HASH_LENGTH = 22;

/** A digest of the text for use as an id: 128 bits, which makes collisions negligible, as URL-safe base64. */
export function shortHash(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, SHORT_HASH_LENGTH);
}

/** As `shortHash`, with a key: without it, nobody can find the text by trying. */
export function shortKeyedHash(text: string, key: Buffer): string {
  return createHmac('sha256', key).update(text).digest('base64url').slice(0, SHORT_HASH_LENGTH);
}
