import { isUtf8 } from 'node:buffer';
import type { Validated } from './validate.js';

/** Maximum nesting of objects and arrays. Valid bodies nest less deeply. */
const MAX_DEPTH = 20;

/** Names by which code reaches the class of an object. No valid body has a property of such a name. */
const UNSAFE_NAMES = ['__proto__', 'constructor', 'prototype'];

const SURROGATE_ESCAPE = /\\ud[89a-f]/i;

/**
 * Parses JSON from a client. Lone surrogates, which cannot be stored, become U+FFFD. Properties named `__proto__`,
 * `constructor` or `prototype` are dropped.
 *
 * @param pointer the place of the JSON in the request body; empty for the whole body
 */
export function parseJson(bytes: Buffer, pointer: string): Validated<unknown> {
  const reject = (detail: string): Validated<unknown> => ({ problems: [{ detail, source: { pointer } }] });
  if (!isUtf8(bytes)) return reject('is not UTF-8');
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch {
    return reject('is not JSON');
  }
  if (!sanitize(value, MAX_DEPTH)) return reject('is nested too deeply');
  // UTF-8 cannot encode lone surrogates: they come from escapes.
  return { value: text.includes('\\') && SURROGATE_ESCAPE.test(text) ? toWellFormed(value) : value };
}

/** Removes properties with unsafe names. Returns whether the value is nested at most as deeply as allowed. */
function sanitize(value: unknown, maxDepth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (maxDepth === 0) return false;
  for (const name of UNSAFE_NAMES) if (Object.hasOwn(value, name)) Reflect.deleteProperty(value, name);
  return Object.values(value).every((inner) => sanitize(inner, maxDepth - 1));
}

function toWellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(toWellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toWellFormed(inner)]));
}
