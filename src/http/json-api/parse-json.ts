import type { Validated } from './validate.js';

/** Maximum nesting of objects and arrays. Valid bodies nest less deeply. */
const MAX_DEPTH = 20;

/**
 * Parses JSON from a client. Lone surrogates, which cannot be stored, become U+FFFD.
 *
 * @param pointer the place of the JSON in the request body; empty for the whole body
 */
export function parseJson(text: string, pointer: string): Validated<unknown> {
  const reject = (detail: string): Validated<unknown> => ({ problems: [{ detail, source: { pointer } }] });
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return reject('is not JSON');
  }
  if (!isWithin(MAX_DEPTH, value)) return reject('is nested too deeply');
  // UTF-8 cannot encode lone surrogates: they come from escapes.
  return { value: /\\ud[89a-f]/i.test(text) ? toWellFormed(value) : value };
}

function isWithin(depth: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isWithin(depth - 1, inner));
}

function toWellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(toWellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toWellFormed(inner)]));
}
