import { instanceToPlain } from 'class-transformer';
import { type FieldPath, fieldPathsOf, valueAt } from '../fields/field-declaration.js';
import type { Cell, Table } from '../http/responses/separated-values.js';
import type { Report } from '../model/report.js';
import type { ReportTypeDeclaration } from '../model/report-type.js';
import { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';

/** Stands between the values of a list in one cell; COUNTER's tabular reports do so too (5.0.2, section 3.2.1). */
const LIST_SEPARATOR = '; ';

type Reports = Iterable<Report> | AsyncIterable<Report>;

/** Reports as a table: the cycle's column first, then one for each declared field by its path, sorted. */
export function toTable(type: ReportTypeDeclaration, reports: Reports): Table {
  const { reportClass, cycleField } = type;
  const fields = fieldPathsOf(reportClass).toSorted((one, other) => {
    if (one.path === cycleField) return -1;
    return other.path === cycleField || one.path > other.path ? 1 : -1;
  });
  return { columns: fields.map(({ path }) => path), rows: rowsOf(reports, fields) };
}

async function* rowsOf(reports: Reports, fields: readonly FieldPath[]): AsyncIterable<readonly Cell[]> {
  for await (const report of reports) yield fields.map(({ path }) => toCell(valueAt(report, path)));
}

/** A list of objects becomes JSON. */
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
