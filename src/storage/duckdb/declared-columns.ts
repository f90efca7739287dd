import type { DuckDBValue } from '@duckdb/node-api';
import { instanceToPlain } from 'class-transformer';
import { type FieldDeclaration, fieldPathsOf, fieldsOf } from '../../fields/field-declaration.js';
import { nullIfUnset, toRecord } from '../../fields/to-record.js';
import { CalendarDate } from '../../time/calendar-date.js';
import { YearMonth } from '../../time/year-month.js';
import type { ScalarValue } from '../report-query.js';
import { toTimestamp } from './sql.js';

/** A column that holds one declared field; its name is the field's path. */
export interface DeclaredColumn {
  readonly path: string;
  /** The parts of the path. */
  readonly names: readonly string[];
  readonly field: FieldDeclaration;
  readonly sqlType: string;
}

const SQL_TYPES: Record<FieldDeclaration['kind'], string> = {
  text: 'VARCHAR',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
  instant: 'TIMESTAMP',
  date: 'VARCHAR',
  month: 'VARCHAR',
  // Only for lists of objects, which are stored as JSON: their fields are never searched.
  object: 'VARCHAR',
};

type RecordClass = abstract new (...args: never[]) => object;
type Plain = Record<string, unknown>;

/** The columns of a class. The fields of an inner object have columns of their own; a list of objects is one column. */
export function columnsOf(type: RecordClass): DeclaredColumn[] {
  return fieldPathsOf(type).map(({ path, field }) => {
    const sqlType = SQL_TYPES[field.kind];
    return {
      path,
      names: path.split('.'),
      field,
      sqlType: field.array && field.kind !== 'object' ? `${sqlType}[]` : sqlType,
    };
  });
}

/** The value of a record in a column. */
export function toColumn(record: object, { names, field }: DeclaredColumn): unknown {
  let value: unknown = record;
  for (const name of names) value = (value as Plain | null | undefined)?.[name];
  if (value === null || value === undefined) return null;
  if (field.kind === 'object') return JSON.stringify(instanceToPlain(value));
  if (value instanceof CalendarDate || value instanceof YearMonth) return value.toString();
  return value;
}

/** The record of a row with a value for each path. @param prefix the path of an inner object, followed by a dot */
export function readRecord<T extends object>(type: { readonly prototype: T }, row: Plain, prefix = ''): T {
  const record = Object.create(type.prototype) as T;
  for (const field of fieldsOf(type as unknown as RecordClass)) {
    (record as Plain)[field.name] = readField(field, row, prefix + field.name);
  }
  return record;
}

/** The value of a placeholder that is compared with a column. */
export function toPlaceholder({ field }: DeclaredColumn, value: ScalarValue): DuckDBValue {
  if (field.kind === 'instant') return toTimestamp(new Date(String(value)));
  return typeof value === 'number' ? BigInt(value) : value;
}

function readField(field: FieldDeclaration, row: Plain, path: string): unknown {
  const { kind, objectType } = field;
  if (kind === 'object' && objectType) {
    if (field.array) {
      if ((row[path] ?? null) === null) return null;
      return (JSON.parse(row[path] as string) as Plain[]).map((each) => toRecord(objectType(), each));
    }
    return nullIfUnset(readRecord<object>(objectType(), row, `${path}.`));
  }
  const value = row[path] ?? null;
  if (value === null) return null;
  return field.array ? (value as unknown[]).map((each) => readScalar(kind, each)) : readScalar(kind, value);
}

function readScalar(kind: FieldDeclaration['kind'], value: unknown): unknown {
  if (kind === 'integer') return Number(value);
  if (kind === 'date') return CalendarDate.parse(value as string);
  if (kind === 'month') return YearMonth.parse(value as string);
  return value;
}
