import type { Validated } from './validate.js';

/** How many objects and lists may stand within each other: more than anything that is asked for has. */
const MAX_DEPTH = 20;

/**
 * Parses JSON that somebody sent. Halves of surrogate pairs, which are no characters and cannot be stored, become U+FFFD.
 *
 * @param pointer where in the request's body the JSON stands: empty when it is all of it
 */
export function parseJson(text: string, pointer: string): Validated<unknown> {
  const refuse = (detail: string): Validated<unknown> => ({ problems: [{ detail, source: { pointer } }] });
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return refuse('is not JSON');
  }
  if (!isWithin(MAX_DEPTH, value)) return refuse('is nested too deeply');
  // UTF-8 has no halves: only escapes can write them.
  return { value: /\\ud[89a-f]/i.test(text) ? wellFormed(value) : value };
}

function isWithin(depth: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isWithin(depth - 1, inner));
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, wellFormed(inner)]));
}
