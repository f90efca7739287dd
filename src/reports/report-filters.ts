import { type FieldPath, fieldPathsOf } from '../fields/field-declaration.js';
import { badParameter } from '../http/json-api/api-error.js';
import type { QueryParameters } from '../http/json-api/query-parameters.js';
import type { ReportClass } from '../model/report-type.js';
import type { ReportFilter, ReportSort, ScalarValue } from '../storage/report-query.js';
import { CalendarDate } from '../time/calendar-date.js';
import { readInstant } from '../time/instant-value.js';
import { YearMonth } from '../time/year-month.js';

const FILTER = /^filter\[([^[\]]+)\](?:\[(eq|ne)\])?$/;

export function isFilter(parameter: string): boolean {
  return parameter.startsWith('filter[');
}

/**
 * Reads `filter[<path>]=<value>` and `filter[<path>][ne]=<value>`. A report must match all of them. An empty value matches
 * reports without a value.
 *
 * @throws ApiError 400 for an unknown field, or a value of the wrong kind
 */
export function readFilters(parameters: QueryParameters, reportClass: ReportClass): readonly ReportFilter[] {
  return parameters.names.filter(isFilter).flatMap((name) => {
    const [, path = '', operator = 'eq'] = FILTER.exec(name) ?? [];
    if (path === '') throw badParameter(name, 'must have the form filter[field] or filter[field][ne]');
    const field = getField(path, reportClass, name);
    if (field.field.kind === 'object') throw badParameter(name, `${path} is an object: filter by a field inside it`);
    return parameters
      .all(name)
      .map((text) => ({
        path,
        operator: operator as ReportFilter['operator'],
        value: readFilterValue(text, field, name),
      }));
  });
}

/**
 * Reads `sort=<path>,-<path>`; a minus sign means descending order.
 *
 * @param defaultSort the value without the parameter
 * @throws ApiError 400 for an unknown field or a list
 */
export function readSort(
  parameters: QueryParameters,
  reportClass: ReportClass,
  defaultSort: string,
): readonly ReportSort[] {
  const text = parameters.one('sort') ?? defaultSort;
  return text.split(',').map((key) => {
    const descending = key.startsWith('-');
    const path = descending ? key.slice(1) : key;
    const { field } = getField(path, reportClass, 'sort');
    if (field.array) throw badParameter('sort', `${path} is a list: reports cannot be sorted by it`);
    return { path, descending };
  });
}

function getField(path: string, reportClass: ReportClass, parameter: string): FieldPath {
  const field = fieldPathsOf(reportClass).find((each) => each.path === path);
  if (!field) throw badParameter(parameter, `the report has no field "${path}"`);
  return field;
}

function readFilterValue(text: string, { field }: FieldPath, parameter: string): ScalarValue | null {
  if (text === '') return null;
  const value = parseValue(text, field.kind);
  if (value === undefined) throw badParameter(parameter, `must be ${KIND_NAMES[field.kind]}`);
  return value;
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
      return readInstant(text)?.toISOString();
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
