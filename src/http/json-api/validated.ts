import { type ClassConstructor, plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { Problem } from './api-error.js';

export type Validated<T> = { readonly value: T } | { readonly problems: readonly Problem[] };

/**
 * Reads an instance of a class with class-validator's decorators out of parsed JSON. Properties that the class does not
 * declare are left out.
 *
 * @param pointer where in the request's body the value stands: `/data/attributes`
 */
export function validated<T extends object>(type: ClassConstructor<T>, plain: unknown, pointer: string): Validated<T> {
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) {
    return { problems: [{ detail: 'must be an object', source: { pointer } }] };
  }
  const value = plainToInstance(type, plain);
  const errors = validateSync(value, { whitelist: true, forbidUnknownValues: true, stopAtFirstError: true });
  return errors.length === 0 ? { value } : { problems: errors.flatMap((error) => problemsOf(error, pointer)) };
}

function problemsOf(error: ValidationError, parent: string): Problem[] {
  const pointer = `${parent}/${escapePointer(error.property)}`;
  const own = Object.values(error.constraints ?? {}).map((detail) => ({ detail, source: { pointer } }));
  return [...own, ...(error.children ?? []).flatMap((child) => problemsOf(child, pointer))];
}

/** RFC 6901, section 3. */
function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
