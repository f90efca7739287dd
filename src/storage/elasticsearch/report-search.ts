import type { estypes } from '@elastic/elasticsearch';
import { fieldPathsOf, valueAt } from '../../fields/field-declaration.js';
import { type ReportClass, reportTypeOf } from '../../model/report-type.js';
import type { ReportFilter, ReportQuery, ReportSort } from '../report-query.js';
import { RECORD_KEY } from './index-templates.js';

type Query = estypes.QueryDslQueryContainer;

/** Which reports the query is about. */
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
 * The condition for what comes after a report in the order of `sort` and then of the id. (Elasticsearch's `search_after`
 * would do, if it could go on after missing and very large numbers that JSON cannot hold.)
 */
export function compileAfter(sort: readonly ReportSort[], report: object, id: string): Query {
  const alternatives: Query[] = [];
  const same: Query[] = [];
  for (const { path, descending } of sort) {
    const value = plainValueAt(report, path);
    if (value === null) {
      same.push(isMissing(path));
      continue;
    }
    const beyond = { range: { [path]: { [descending ? 'lt' : 'gt']: value } } };
    alternatives.push(all([...same, anyOf([beyond, isMissing(path)])]));
    same.push({ term: { [path]: value } });
  }
  alternatives.push(all([...same, { range: { [RECORD_KEY]: { gt: id } } }]));
  return anyOf(alternatives);
}

function compileFilter({ path, operator, value }: ReportFilter): Query {
  const condition: Query = value === null ? isMissing(path) : { term: { [path]: value } };
  return operator === 'eq' ? condition : { bool: { must_not: [condition] } };
}

/** Of a list: whether it is empty. */
function isMissing(path: string): Query {
  return { bool: { must_not: [{ exists: { field: path } }] } };
}

function all(filter: Query[]): Query {
  return { bool: { filter } };
}

function anyOf(should: Query[]): Query {
  return { bool: { should, minimum_should_match: 1 } };
}

/** What the report holds, as a query writes it. */
function plainValueAt(report: object, path: string): string | number | boolean | null {
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
