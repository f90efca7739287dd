import { instanceToPlain } from 'class-transformer';
import { type FieldPath, fieldPathsOf, valueAt } from '../fields/field-declaration.js';
import type { Cell, Table } from '../http/responses/separated-values.js';
import type { Report } from '../model/report.js';
import type { ReportTypeDeclaration } from '../model/report-type.js';
import { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';

/** Separates the values of a list in one cell, as in COUNTER's tabular reports (Code of Practice 5.0.2, section 3.2.1). */
const LIST_SEPARATOR = '; ';

type Reports = Iterable<Report> | AsyncIterable<Report>;

/** Converts reports to a table: first the column of the cycle, then one column per field path, sorted. */
export function toTable(type: ReportTypeDeclaration, reports: Reports): Table {
  const { reportClass, cycleField } = type;
  const fields = fieldPathsOf(reportClass).toSorted((one, other) => {
    if (one.path === cycleField) return -1;
    return other.path === cycleField || one.path > other.path ? 1 : -1;
  });
  return { columns: fields.map(({ path }) => path), rows: toRows(reports, fields) };
}

async function* toRows(reports: Reports, fields: readonly FieldPath[]): AsyncIterable<readonly Cell[]> {
  for await (const report of reports) yield fields.map(({ path }) => toCell(valueAt(report, path)));
}

/** A list of objects is written as JSON. */
function toCell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof CalendarDate || value instanceof YearMonth) return value.toString();
  const list = value as readonly unknown[];
  return list.some((each) => typeof each === 'object')
    ? JSON.stringify(instanceToPlain(list))
    : list.join(LIST_SEPARATOR);
}
