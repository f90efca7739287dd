import { validateSync, type ValidationError } from 'class-validator';
import type { Problem } from './api-error.js';
import { satisfiesRules } from './compiled-rules.js';
import { toInstance } from './to-instance.js';

/** A valid value, with the paths of the properties that were ignored, or everything that is wrong with it. */
export type Validated<T> =
  { readonly value: T; readonly ignored?: readonly string[] } | { readonly problems: readonly Problem[] };

/**
 * Turns parsed JSON into an instance of a class with class-validator's decorators. Properties that the class does not
 * declare are ignored. A missing field becomes null if it is nullable. The compiled rules accept a valid value; only an invalid
 * one is passed to class-validator, which describes what is wrong with it.
 *
 * @param pointer the place of the value in the request body: `/data/attributes`
 * @param options.acceptsNull accepts null for every property, declared nullable or not
 */
export function validate<T extends object>(
  type: new () => T,
  json: unknown,
  pointer: string,
  { acceptsNull = false } = {},
): Validated<T> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return { problems: [{ detail: 'must be an object', source: { pointer } }] };
  }
  const { value, undeclared } = toInstance(type, json);
  if (satisfiesRules(value, acceptsNull)) return { value, ignored: undeclared };
  const options = { forbidUnknownValues: true, stopAtFirstError: true, skipNullProperties: acceptsNull };
  const errors = validateSync(value, options);
  return errors.length === 0
    ? { value, ignored: undeclared }
    : { problems: errors.flatMap((error) => toProblems(error, pointer)) };
}

function toProblems(error: ValidationError, parent: string): Problem[] {
  const pointer = `${parent}/${escapePointer(error.property)}`;
  const own = Object.values(error.constraints ?? {}).map((detail) => ({ detail, source: { pointer } }));
  return [...own, ...(error.children ?? []).flatMap((child) => toProblems(child, pointer))];
}

/** RFC 6901, section 3. */
function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** How far the clock of a trusted client may be ahead of this service's clock. */
const MAX_CLOCK_SKEW_MILLISECONDS = 60_000;

/** Adds the problem of a timestamp in the future. */
export function rejectFutureTimestamp<T extends { readonly timestamp?: Date | null }>(
  validated: Validated<T>,
  now: Date,
  pointer: string,
): Validated<T> {
  if ('problems' in validated) return validated;
  const timestamp = validated.value.timestamp?.getTime() ?? 0;
  if (timestamp <= now.getTime() + MAX_CLOCK_SKEW_MILLISECONDS) return validated;
  return { problems: [{ detail: 'timestamp is in the future', source: { pointer: `${pointer}/timestamp` } }] };
}
