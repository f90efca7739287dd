import type { estypes } from '@elastic/elasticsearch';
import { type FieldDeclaration, fieldsOf } from '../../fields/field-declaration.js';
import { CalendarDate } from '../../time/calendar-date.js';
import { YearMonth } from '../../time/year-month.js';
import { StoreUnavailableError } from '../metrics.repository.js';

type Plain = Record<string, unknown>;

/** The record that a document holds. (A document is a record as JSON writes it.) */
export function toRecord<T extends object>(type: abstract new (...args: never[]) => T, document: object): T {
  const record = Object.create(type.prototype as object) as T;
  for (const field of fieldsOf(type)) {
    (record as Plain)[field.name] = readField(field, (document as Plain)[field.name] ?? null);
  }
  return record;
}

/**
 * One of the documents that were asked for by their ids; undefined when there is none.
 * @throws StoreUnavailableError when it cannot be said whether there is
 */
export function foundDocument<T>(
  doc: estypes.MgetResponseItem<T>,
): (estypes.GetGetResult<T> & { _source: T }) | undefined {
  if ('error' in doc && doc.error.type !== 'index_not_found_exception') {
    throw new StoreUnavailableError(`Elasticsearch: ${doc.error.reason ?? doc.error.type}`);
  }
  return 'found' in doc && doc.found && doc._source ? { ...doc, _source: doc._source } : undefined;
}

function readField(field: FieldDeclaration, value: unknown): unknown {
  if (value === null) return null;
  return field.array ? (value as unknown[]).map((each) => readValue(field, each)) : readValue(field, value);
}

function readValue({ kind, objectType }: FieldDeclaration, value: unknown): unknown {
  if (kind === 'instant') return new Date(value as string);
  if (kind === 'date') return CalendarDate.parse(value as string);
  if (kind === 'month') return YearMonth.parse(value as string);
  if (kind === 'object' && objectType) return toRecord(objectType(), value as object);
  return value;
}
