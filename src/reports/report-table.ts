import { instanceToPlain } from 'class-transformer';
import { fieldPathsOf, valueAt } from '../fields/field-declaration.js';
import { type Cell, escapeFormula, type Table } from '../http/responses/separated-values.js';
import type { ReportTypeDeclaration } from '../model/report-type.js';
import { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';
import { ITEM_IRI, ITEM_TITLE } from './item-titles.service.js';
import type { ReportResource } from './report-resource.js';

/** Separates the values of a list in one cell, as in COUNTER's tabular reports (Code of Practice 5.0.2, section 3.2.1). */
const LIST_SEPARATOR = '; ';

/**
 * The columns of a type of report: the cycle, then one column per field path in order of declaration, then `timestamp`.
 * The title of an item follows its IRI.
 */
export function columnsOf({ reportClass, cycleField }: ReportTypeDeclaration): readonly string[] {
  const paths = fieldPathsOf(reportClass).map(({ path }) => path);
  const own = paths.filter((path) => path !== cycleField && path !== 'timestamp');
  return [cycleField, ...own.flatMap((path) => (path === ITEM_IRI ? [path, ITEM_TITLE] : [path])), 'timestamp'];
}

/** Converts resources to a table. @param columns paths of attributes */
export function toTable(columns: readonly string[], resources: AsyncIterable<ReportResource>): Table {
  return { columns, rows: toRows(columns, resources) };
}

async function* toRows(
  columns: readonly string[],
  resources: AsyncIterable<ReportResource>,
): AsyncIterable<readonly Cell[]> {
  for await (const { attributes } of resources) yield columns.map((path) => toCell(valueAt(attributes, path)));
}

/** The value of a field as a cell. A list of objects is written as JSON. */
export function toCell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof CalendarDate || value instanceof YearMonth) return value.toString();
  const list = value as readonly unknown[];
  return list.some((each) => typeof each === 'object')
    ? JSON.stringify(instanceToPlain(list))
    : list.map((each) => escapeFormula(String(each))).join(LIST_SEPARATOR);
}
