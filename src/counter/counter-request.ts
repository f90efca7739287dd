import type { YearMonth } from '../time/year-month.js';
import type { CounterParameters } from './counter-parameters.js';
import type { ReportException } from './exceptions.js';
import { ACCESS_TYPES } from './release.js';
import type { Attribute, ListFilter, ReportDefinition } from './report-definitions.js';

export const TABLE_FORMATS = ['tsv', 'csv'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** The filters of a request, as the header of the report states them: without filters that have all values. */
export interface ReportFilters extends Partial<Record<ListFilter, readonly string[]>> {
  readonly Platform?: string;
  readonly Item_ID?: string;
  /** Years and ranges of years. */
  readonly YOP?: readonly string[];
}

/** A report request whose values are permitted. What was not permitted is in `exceptions`. */
export interface CounterRequest {
  readonly report: ReportDefinition;
  readonly begin: YearMonth;
  readonly end: YearMonth;
  readonly filters: ReportFilters;
  /** All columns to show: those of the report and the requested ones, in COUNTER's order. */
  readonly shown: readonly Attribute[];
  /** The requested columns: the attribute Attributes_To_Show of the header. */
  readonly requested: readonly Attribute[];
  /** One sum for the whole period. */
  readonly isTotals: boolean;
  readonly includesParents: boolean;
  readonly includesComponents: boolean;
  readonly excludesMonths: boolean;
  readonly format: 'json' | TableFormat;
  readonly exceptions: readonly ReportException[];
}

const COMMON_PARAMETERS = ['customer_id', 'requestor_id', 'api_key', 'begin_date', 'end_date', 'platform', 'format'];
const FILTER_PARAMETERS = ['metric_type', 'data_type', 'access_method', 'attributes_to_show'];
const ITEM_PARAMETERS = ['access_type', 'yop', 'item_id', 'include_parent_details', 'include_component_details'];
/** Common extensions of the Code of Practice, which the service does not support. */
const EXTENSIONS = ['attributed', 'country_code', 'subdivision_code'];
const YEARS = /^\d{4}(-\d{4})?$/;

/**
 * Reads the parameters of a report. Unknown parameters and values that are not permitted are ignored, with an exception for
 * each (Code of Practice 5.1, section 3.3.8).
 */
export function readRequest(
  report: ReportDefinition,
  dates: { begin: YearMonth; end: YearMonth },
  parameters: CounterParameters,
  format: CounterRequest['format'],
): CounterRequest {
  const exceptions: ReportException[] = unknownParameters(report, parameters, format);
  const isFull = report.view === undefined;
  const isItemReport = isFull && report.subject === 'items';
  const invalid = (code: 3060 | 3062, name: string, values: string): void =>
    void exceptions.push({ code, data: `${name}=${values}` });

  const list = (name: string, permitted: readonly string[]): readonly string[] | undefined => {
    const values = parameters.list(name);
    const wrong = values.filter((value) => !permitted.includes(value));
    if (wrong.length > 0) invalid(name === 'attributes_to_show' ? 3062 : 3060, name, wrong.join('|'));
    const chosen = permitted.filter((value) => values.includes(value));
    return chosen.length === 0 ? undefined : chosen;
  };
  const filter = (name: string, permitted: readonly string[]): readonly string[] | undefined => {
    const chosen = list(name, permitted);
    return chosen?.length === permitted.length ? undefined : chosen;
  };
  const flag = (name: string): boolean => {
    const value = parameters.find(name);
    if (value !== undefined && value !== 'True' && value !== 'False') invalid(3062, name, value);
    return value === 'True';
  };
  const itemId = (): string | undefined => {
    const values = parameters.list('item_id');
    if (values.length > 1) exceptions.push({ code: 3061, data: `item_id=${values.join('|')}` });
    const [value] = values;
    if (value?.length === 1) invalid(3060, 'item_id', value);
    return values.length === 1 && value && value.length > 1 ? value : undefined;
  };
  const years = (): readonly string[] | undefined => {
    const values = parameters.list('yop');
    const wrong = values.filter((value) => !isYears(value));
    if (wrong.length > 0) invalid(3060, 'yop', wrong.join('|'));
    const chosen = [...new Set(values)].filter(isYears);
    return chosen.length === 0 ? undefined : chosen;
  };
  const platform = (): string | undefined => {
    const value = parameters.find('platform');
    if (value === undefined || value === parameters.platformName) return value;
    invalid(3060, 'platform', value);
    return undefined;
  };
  const granularity = (): boolean => {
    const value = parameters.find('granularity');
    // Old copies of COUNTER's OpenAPI document say Total.
    if (value !== undefined && !['Month', 'Total', 'Totals'].includes(value)) invalid(3062, 'granularity', value);
    return value?.startsWith('Total') ?? false;
  };
  const components = (): boolean => {
    if (!flag('include_component_details')) return false;
    if (report.release === '5') invalid(3062, 'include_component_details', 'True');
    else exceptions.push({ code: 3063 });
    return report.release === '5.1';
  };

  const filters: ReportFilters = {
    Platform: platform(),
    ...(isFull
      ? {
          Metric_Type: filter('metric_type', report.metricTypes),
          Data_Type: filter('data_type', report.dataTypes),
          Access_Method: filter('access_method', ['Regular', 'TDM']),
        }
      : report.view),
    ...(isItemReport
      ? { Access_Type: filter('access_type', ACCESS_TYPES[report.release].values), YOP: years(), Item_ID: itemId() }
      : {}),
  };
  const requested = (isFull ? list('attributes_to_show', report.showable) : undefined) as
    readonly Attribute[] | undefined;
  const order: readonly Attribute[] = COLUMN_ORDER;
  return {
    report,
    ...dates,
    filters,
    requested: requested ?? [],
    shown: order.filter((each) => report.shown.includes(each) || requested?.includes(each)),
    isTotals: isFull && format === 'json' && granularity(),
    includesParents: isItemReport && flag('include_parent_details'),
    includesComponents: isItemReport && components(),
    excludesMonths: isFull && format !== 'json' && flag('exclude_monthly_details'),
    format,
    exceptions,
  };
}

const COLUMN_ORDER: readonly Attribute[] = [
  'Authors',
  'Publication_Date',
  'Article_Version',
  'Data_Type',
  'YOP',
  'Access_Type',
  'Access_Method',
];

function isYears(text: string): boolean {
  const [first = '', last = first] = text.split('-');
  return YEARS.test(text) && first <= last;
}

function unknownParameters(
  { view, subject }: ReportDefinition,
  parameters: CounterParameters,
  format: CounterRequest['format'],
): ReportException[] {
  const known = [...COMMON_PARAMETERS];
  if (view === undefined) {
    known.push(...FILTER_PARAMETERS, format === 'json' ? 'granularity' : 'exclude_monthly_details');
    if (subject === 'items') known.push(...ITEM_PARAMETERS);
  }
  const unknown = parameters.names.filter((name) => !known.includes(name));
  return unknown.map((name) => {
    const isExtension = view === undefined && EXTENSIONS.includes(name);
    return isExtension ? { code: 3060, data: `${name}=${parameters.find(name)}` } : { code: 3050, data: name };
  });
}
