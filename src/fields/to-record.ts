import { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';
import { type FieldDeclaration, fieldsOf } from './field-declaration.js';

type Plain = Record<string, unknown>;

/** A class with declared fields. A stored document is an instance of it as JSON. */
export type RecordClass<T extends object> = abstract new (...args: never[]) => T;

/** Converts a stored document back to an instance of its class. A missing field becomes null. */
export function toRecord<T extends object>(type: RecordClass<T>, document: object): T {
  const record = Object.create(type.prototype as object) as T;
  for (const field of fieldsOf(type)) {
    (record as Plain)[field.name] = readField(field, (document as Plain)[field.name] ?? null);
  }
  return record;
}

function readField(field: FieldDeclaration, value: unknown): unknown {
  if (value === null) return null;
  if (field.array) return (value as unknown[]).map((each) => readValue(field, each));
  return field.kind === 'object' ? nullIfUnset(readValue(field, value) as object) : readValue(field, value);
}

function readValue({ kind, objectType }: FieldDeclaration, value: unknown): unknown {
  if (kind === 'instant') return new Date(value as string);
  if (kind === 'date') return CalendarDate.parse(value as string);
  if (kind === 'month') return YearMonth.parse(value as string);
  if (kind === 'object' && objectType) return toRecord(objectType(), value as object);
  return value;
}

/**
 * Null for an object whose fields are all null. A store that keeps each inner field in a column of its own cannot
 * distinguish the two, and all stores must return the same.
 */
export function nullIfUnset<T extends object>(record: T): T | null {
  return Object.values(record).every((value) => value === null) ? null : record;
}
