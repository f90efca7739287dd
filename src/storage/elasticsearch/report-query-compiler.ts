import type { estypes } from '@elastic/elasticsearch';
import { fieldPathsOf, valueAt } from '../../fields/field-declaration.js';
import { type ReportClass, reportTypeOf } from '../../model/report-type.js';
import type { ReportFilter, ReportQuery, ReportSort } from '../report-query.js';
import { RECORD_KEY } from './indexes/index-templates.js';

type Query = estypes.QueryDslQueryContainer;

/** The conditions for the reports that the query selects. */
export function compileReportFilter(reportClass: ReportClass, { first, last, filters = [] }: ReportQuery): Query[] {
  const { cycleField } = reportTypeOf(reportClass);
  const cycles = { gte: first?.toString(), lte: last?.toString() };
  return [
    ...(first || last ? [{ range: { [cycleField]: cycles } }] : []),
    ...filters.map((filter) => {
      requireField(reportClass, filter.path);
      return compileFilter(filter);
    }),
  ];
}

export function compileSort(reportClass: ReportClass, sort: readonly ReportSort[]): estypes.SortCombinations[] {
  for (const { path } of sort) requireField(reportClass, path);
  return [
    ...sort.map(({ path, descending }) => ({
      [path]: { order: descending ? 'desc' : 'asc', missing: '_last' } as const,
    })),
    { [RECORD_KEY]: 'asc' as const },
  ];
}

/**
 * The condition for reports that follow a report in the order of `sort`, then of the id. It replaces `search_after`, whose
 * sort values for missing and very large numbers exceed what a number in JSON can represent exactly.
 */
export function compileAfter(sort: readonly ReportSort[], report: object, id: string): Query {
  const alternatives: Query[] = [];
  const equalSoFar: Query[] = [];
  for (const { path, descending } of sort) {
    const value = jsonValueAt(report, path);
    if (value === null) {
      equalSoFar.push(isMissing(path));
      continue;
    }
    const isBeyond = { range: { [path]: { [descending ? 'lt' : 'gt']: value } } };
    alternatives.push(allOf([...equalSoFar, anyOf([isBeyond, isMissing(path)])]));
    equalSoFar.push({ term: { [path]: value } });
  }
  alternatives.push(allOf([...equalSoFar, { range: { [RECORD_KEY]: { gt: id } } }]));
  return anyOf(alternatives);
}

function compileFilter({ path, operator, value }: ReportFilter): Query {
  const condition: Query = value === null ? isMissing(path) : { term: { [path]: value } };
  return operator === 'eq' ? condition : { bool: { must_not: [condition] } };
}

/** Matches an empty list, too. */
function isMissing(path: string): Query {
  return { bool: { must_not: [{ exists: { field: path } }] } };
}

function allOf(filter: Query[]): Query {
  return { bool: { filter } };
}

function anyOf(should: Query[]): Query {
  return { bool: { should, minimum_should_match: 1 } };
}

/** A value of the report, as JSON represents it. */
function jsonValueAt(report: object, path: string): string | number | boolean | null {
  const value = valueAt(report, path);
  if (value === null || value === undefined) return null;
  return typeof value === 'object'
    ? String((value as { toJSON(): unknown }).toJSON())
    : (value as string | number | boolean);
}

function requireField(reportClass: ReportClass, path: string): void {
  if (fieldPathsOf(reportClass).some((field) => field.path === path)) return;
  throw new RangeError(`${reportClass.name} has no field ${path}`);
}
