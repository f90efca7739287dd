import { type FieldPath, fieldPathsOf } from '../fields/field-declaration.js';
import { badRequestParameter } from '../http/json-api/api-error.js';
import type { QueryParameters } from '../http/json-api/query-parameters.js';
import type { ReportClass } from '../model/report-type.js';
import type { ReportFilter, ReportSort, ScalarValue } from '../storage/report-query.js';
import { CalendarDate } from '../time/calendar-date.js';
import { parseInstant } from '../time/instant-value.js';
import { YearMonth } from '../time/year-month.js';

const FILTER = /^filter\[([^[\]]+)\](?:\[(eq|ne)\])?$/;

export function isFilter(parameter: string): boolean {
  return parameter.startsWith('filter[');
}

/**
 * `filter[<path>]` and `filter[<path>][ne]`: all of them must hold. An empty value stands for a missing one.
 *
 * @throws ApiError 400 for what is no field, or no value of the field
 */
export function readFilters(parameters: QueryParameters, reportClass: ReportClass): readonly ReportFilter[] {
  return parameters.names.filter(isFilter).flatMap((name) => {
    const [, path = '', operator = 'eq'] = FILTER.exec(name) ?? [];
    if (path === '') throw badRequestParameter(name, 'must be like filter[field] or filter[field][ne]');
    const field = fieldAt(path, reportClass, name);
    if (field.field.kind === 'object') throw badRequestParameter(name, `${path} cannot be filtered by`);
    return parameters
      .all(name)
      .map((text) => ({ path, operator: operator as ReportFilter['operator'], value: readValue(text, field, name) }));
  });
}

/**
 * `sort=<path>,-<path>`, of which the second descends.
 *
 * @param ordinary the order without the parameter, in its language
 * @throws ApiError 400 for what is no field, or a list
 */
export function readSort(
  parameters: QueryParameters,
  reportClass: ReportClass,
  ordinary: string,
): readonly ReportSort[] {
  const text = parameters.one('sort') ?? ordinary;
  return text.split(',').map((key) => {
    const descending = key.startsWith('-');
    const path = descending ? key.slice(1) : key;
    const { field } = fieldAt(path, reportClass, 'sort');
    if (field.array) throw badRequestParameter('sort', `${path} holds a list, and cannot be sorted by`);
    return { path, descending };
  });
}

function fieldAt(path: string, reportClass: ReportClass, parameter: string): FieldPath {
  const field = fieldPathsOf(reportClass).find((each) => each.path === path);
  if (!field) throw badRequestParameter(parameter, `the report has no field "${path}"`);
  return field;
}

function readValue(text: string, { field }: FieldPath, parameter: string): ScalarValue | null {
  if (text === '') return null;
  const value = valueOfKind(text, field.kind);
  if (value === undefined)
    throw badRequestParameter(parameter, `must be a value of ${field.name}, which holds ${NOUNS[field.kind]}`);
  return value;
}

const NOUNS: Readonly<Record<FieldPath['field']['kind'], string>> = {
  text: 'text',
  integer: 'whole numbers',
  boolean: 'true or false',
  instant: 'points in time (2026-11-24T12:00:00Z)',
  date: 'dates (YYYY-MM-DD)',
  month: 'months (YYYY-MM)',
  object: 'objects',
};

function valueOfKind(text: string, kind: FieldPath['field']['kind']): ScalarValue | undefined {
  switch (kind) {
    case 'integer':
      return /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
    case 'boolean':
      return { true: true, false: false }[text];
    case 'instant':
      return parseInstant(text)?.toISOString();
    case 'date':
      return parsed(() => CalendarDate.parse(text).toString());
    case 'month':
      return parsed(() => YearMonth.parse(text).toString());
    default:
      return text;
  }
}

function parsed(parse: () => string): string | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
