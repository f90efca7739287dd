import { type FieldPath, fieldPathsOf } from '../fields/field-declaration.js';
import { badRequestParameter } from '../http/json-api/api-error.js';
import type { FilterParameter } from '../http/json-api/query-parameter.decorators.js';
import { type ReportClass, reportTypeOf } from '../model/report-type.js';
import type { ReportFilter, ReportQuery, ReportSort, ScalarValue } from '../storage/report-query.js';
import { CalendarDate } from '../time/calendar-date.js';
import { parseInstant } from '../time/instant-value.js';
import { YearMonth } from '../time/year-month.js';
import type { ListReportsQuery } from './report-query.dto.js';

/** The name of the cycle in `osf.metrics`, whatever the type of report. */
const OSF_CYCLE_FIELD = 'cycle_coverage';

/** More keys or filters serve no reader, and each makes the store's query longer. */
const MAX_SORT_FIELDS = 5;
const MAX_FILTERS = 20;

/** Which reports of a type to list, in which order. */
export type ReportSelection = Required<Pick<ReportQuery, 'filters' | 'sort'>>;

/**
 * Resolves the filters and the order of a request against the fields of a report class.
 *
 * @param defaultSort the value of `sort` when the request has none
 * @throws ApiError 400 for a field that cannot be filtered or sorted by, or a value of the wrong kind
 */
export function selectReports(
  { filters, sort }: Pick<ListReportsQuery, 'filters' | 'sort'>,
  reportClass: ReportClass,
  defaultSort: string,
): ReportSelection {
  if (filters.length > MAX_FILTERS) throw badRequestParameter('filter', `at most ${MAX_FILTERS} filters are allowed`);
  return {
    filters: filters.map((filter) => toReportFilter(filter, reportClass)),
    sort: toReportSorts(sort ?? defaultSort, reportClass),
  };
}

function toReportSorts(sort: string, reportClass: ReportClass): ReportSort[] {
  const keys = sort.split(',', MAX_SORT_FIELDS + 1);
  if (keys.length > MAX_SORT_FIELDS) {
    throw badRequestParameter('sort', `at most ${MAX_SORT_FIELDS} fields are allowed`);
  }
  const sorts = keys.map((key) => toReportSort(key, reportClass));
  const repeated = sorts.find(({ path }, index) => sorts.findIndex((other) => other.path === path) < index);
  if (repeated) throw badRequestParameter('sort', `${repeated.path} is given more than once`);
  return sorts;
}

/** An empty value matches reports without a value. */
function toReportFilter({ name, path, operator, value }: FilterParameter, reportClass: ReportClass): ReportFilter {
  const { field } = getField(path, reportClass, name);
  if (field.kind === 'object') throw badRequestParameter(name, `${path} is an object: filter by a field inside it`);
  if (value === '') return { path, operator, value: null };
  const parsed = parseValue(value, field.kind);
  if (parsed === undefined) throw badRequestParameter(name, `must be ${KIND_NAMES[field.kind]}`);
  return { path, operator, value: parsed };
}

/** @param key a field path; a leading minus sign means descending order */
function toReportSort(key: string, reportClass: ReportClass): ReportSort {
  const descending = key.startsWith('-');
  const name = descending ? key.slice(1) : key;
  const path = name === OSF_CYCLE_FIELD ? reportTypeOf(reportClass).cycleField : name;
  const { field } = getField(path, reportClass, 'sort');
  if (field.array) throw badRequestParameter('sort', `${path} is a list: reports cannot be sorted by it`);
  return { path, descending };
}

function getField(path: string, reportClass: ReportClass, parameter: string): FieldPath {
  const field = fieldPathsOf(reportClass).find((each) => each.path === path);
  if (!field) throw badRequestParameter(parameter, `the report has no field "${path}"`);
  return field;
}

const KIND_NAMES: Readonly<Record<FieldPath['field']['kind'], string>> = {
  text: 'text',
  integer: 'an integer',
  boolean: 'true or false',
  instant: 'a timestamp like 2026-11-24T12:00:00Z',
  date: 'a date (YYYY-MM-DD)',
  month: 'a month (YYYY-MM)',
  object: 'an object',
};

function parseValue(text: string, kind: FieldPath['field']['kind']): ScalarValue | undefined {
  switch (kind) {
    case 'integer':
      return /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
    case 'boolean':
      return { true: true, false: false }[text];
    case 'instant':
      return parseInstant(text)?.toISOString();
    case 'date':
      return tryParse(() => CalendarDate.parse(text).toString());
    case 'month':
      return tryParse(() => YearMonth.parse(text).toString());
    default:
      return text;
  }
}

function tryParse(parse: () => string): string | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
