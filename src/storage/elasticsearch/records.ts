import { type FieldDeclaration, fieldsOf } from '../../fields/field-declaration.js';
import { CalendarDate } from '../../time/calendar-date.js';
import { YearMonth } from '../../time/year-month.js';
import { StoreUnavailableError } from '../metrics.repository.js';
import { bulk, type BulkOutcome } from './client/bulk.js';
import type { Cluster } from './client/cluster.js';
import { RECORD_KEY } from './indexes/index-templates.js';

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

/**
 * Saves records; each replaces the stored document with its id. Searches find them when the promise resolves.
 * @throws StoreUnavailableError when some records could not be saved; others may have been
 */
export async function saveRecords(
  cluster: Cluster,
  records: readonly { readonly index: string; readonly id: string; readonly record: object }[],
): Promise<void> {
  const operations = records.map(({ index, id, record }) => ({
    index,
    id,
    document: { [RECORD_KEY]: id, ...record },
    version: 'any' as const,
  }));
  requireDone(await bulk(cluster, operations, { refresh: true }));
}

/** @throws StoreUnavailableError when some records could not be saved or deleted; others may have been */
export function requireDone(outcomes: readonly BulkOutcome[]): void {
  const failure = outcomes.find((outcome) => outcome !== 'done');
  if (failure === undefined) return;
  if (typeof failure === 'object') throw new Error(`Elasticsearch rejected a record: ${failure.rejected}`);
  throw new StoreUnavailableError('Elasticsearch: some records could not be saved or deleted');
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
