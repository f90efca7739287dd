import { createHash } from 'node:crypto';

/** Length of a `shortHash`, in characters. */
export const SHORT_HASH_LENGTH = 22;

/** A 128-bit digest of the text in URL-safe base64: short enough for ids, long enough that no two texts share one. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, SHORT_HASH_LENGTH);
}
