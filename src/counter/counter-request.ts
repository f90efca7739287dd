import { COUNTER_ACCESS_METHODS } from '../reports/monthly/counter-platform-usage.js';
import type { YearMonth } from '../time/year-month.js';
import type { CounterParameters } from './counter-parameters.js';
import type { ReportException } from './exceptions.js';
import { ACCESS_TYPES } from './release.js';
import type { ReportDates } from './report-dates.js';
import { type Attribute, ATTRIBUTES, type ListFilter, type ReportDefinition } from './report-definitions.js';

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
const FULL_REPORT_PARAMETERS = ['metric_type', 'data_type', 'access_method', 'attributes_to_show'];
const ITEM_REPORT_PARAMETERS = ['access_type', 'yop', 'item_id', 'include_parent_details', 'include_component_details'];
/** Common extensions of the Code of Practice, which the service does not support. */
const EXTENSIONS = ['attributed', 'country_code', 'subdivision_code'];
const MIN_ITEM_ID_LENGTH = 2;
const YEARS = /^\d{4}(-\d{4})?$/;

/**
 * Reads the parameters of a report. Unknown parameters and values that are not permitted are ignored, with an exception for
 * each (Code of Practice 5.1, section 3.3.8).
 */
export function readRequest(
  report: ReportDefinition,
  dates: ReportDates,
  parameters: CounterParameters,
  format: CounterRequest['format'],
): CounterRequest {
  return new RequestReader(report, parameters, format).read(dates);
}

class RequestReader {
  private readonly exceptions: ReportException[] = [];
  /** A Standard View has no parameters but the platform. */
  private readonly isFull: boolean;
  private readonly isItemReport: boolean;

  constructor(
    private readonly report: ReportDefinition,
    private readonly parameters: CounterParameters,
    private readonly format: CounterRequest['format'],
  ) {
    this.isFull = report.view === undefined;
    this.isItemReport = this.isFull && report.subject === 'items';
  }

  read({ begin, end }: ReportDates): CounterRequest {
    const { report, format, isFull, isItemReport } = this;
    this.noteUnknownParameters();
    const filters = this.readFilters();
    const requested = (isFull ? (this.readList('attributes_to_show', report.showable) ?? []) : []) as Attribute[];
    return {
      report,
      begin,
      end,
      filters,
      requested,
      shown: ATTRIBUTES.filter((each) => report.shown.includes(each) || requested.includes(each)),
      isTotals: isFull && format === 'json' && this.readsTotals(),
      includesParents: isItemReport && this.readFlag('include_parent_details'),
      includesComponents: isItemReport && this.readsComponents(),
      excludesMonths: isFull && format !== 'json' && this.readFlag('exclude_monthly_details'),
      format,
      exceptions: this.exceptions,
    };
  }

  private readFilters(): ReportFilters {
    const { report } = this;
    const Platform = this.readPlatform();
    if (!this.isFull) return { Platform, ...report.view };
    return {
      Platform,
      Metric_Type: this.readFilter('metric_type', report.metricTypes),
      Data_Type: this.readFilter('data_type', report.dataTypes),
      Access_Method: this.readFilter('access_method', COUNTER_ACCESS_METHODS),
      ...(this.isItemReport
        ? {
            Access_Type: this.readFilter('access_type', ACCESS_TYPES[report.release].values),
            YOP: this.readYears(),
            Item_ID: this.readItemId(),
          }
        : {}),
    };
  }

  /** A filter with all values is no filter. */
  private readFilter(name: string, permitted: readonly string[]): readonly string[] | undefined {
    const chosen = this.readList(name, permitted);
    return chosen?.length === permitted.length ? undefined : chosen;
  }

  /** The permitted values, in COUNTER's order; undefined without one. */
  private readList(name: string, permitted: readonly string[]): readonly string[] | undefined {
    const values = this.parameters.list(name);
    const wrong = values.filter((value) => !permitted.includes(value));
    const code = name === 'attributes_to_show' ? 3062 : 3060;
    if (wrong.length > 0) this.noteValue(code, name, wrong.join('|'));
    const chosen = permitted.filter((value) => values.includes(value));
    return chosen.length === 0 ? undefined : chosen;
  }

  private readPlatform(): string | undefined {
    const value = this.parameters.find('platform');
    if (value === undefined || value === this.parameters.platformName) return value;
    this.noteValue(3060, 'platform', value);
    return undefined;
  }

  private readYears(): readonly string[] | undefined {
    const values = this.parameters.list('yop');
    const wrong = values.filter((value) => !isYears(value));
    if (wrong.length > 0) this.noteValue(3060, 'yop', wrong.join('|'));
    const chosen = [...new Set(values)].filter(isYears);
    return chosen.length === 0 ? undefined : chosen;
  }

  private readItemId(): string | undefined {
    const [value, ...others] = this.parameters.list('item_id');
    if (value === undefined) return undefined;
    if (others.length > 0) this.exceptions.push({ code: 3061, data: `item_id=${[value, ...others].join('|')}` });
    else if (value.length < MIN_ITEM_ID_LENGTH) this.noteValue(3060, 'item_id', value);
    else return value;
    return undefined;
  }

  private readsTotals(): boolean {
    const value = this.parameters.find('granularity') ?? 'Month';
    // Old copies of COUNTER's OpenAPI document say Total.
    if (!['Month', 'Total', 'Totals'].includes(value)) this.noteValue(3062, 'granularity', value);
    return value === 'Total' || value === 'Totals';
  }

  /** Items have no components. Only Release 5.1 has an exception that says so. */
  private readsComponents(): boolean {
    if (!this.readFlag('include_component_details')) return false;
    if (this.report.release === '5') this.noteValue(3062, 'include_component_details', 'True');
    else this.exceptions.push({ code: 3063 });
    return this.report.release === '5.1';
  }

  private readFlag(name: string): boolean {
    const value = this.parameters.find(name);
    if (value !== undefined && value !== 'True' && value !== 'False') this.noteValue(3062, name, value);
    return value === 'True';
  }

  private noteUnknownParameters(): void {
    const known = [...COMMON_PARAMETERS];
    if (this.isFull) {
      known.push(...FULL_REPORT_PARAMETERS, this.format === 'json' ? 'granularity' : 'exclude_monthly_details');
    }
    if (this.isItemReport) known.push(...ITEM_REPORT_PARAMETERS);
    for (const name of this.parameters.names.filter((each) => !known.includes(each))) {
      if (this.isFull && EXTENSIONS.includes(name)) this.noteValue(3060, name, this.parameters.find(name) ?? '');
      else this.exceptions.push({ code: 3050, data: name });
    }
  }

  private noteValue(code: 3060 | 3062, name: string, values: string): void {
    this.exceptions.push({ code, data: `${name}=${values}` });
  }
}

function isYears(text: string): boolean {
  const [first = '', last = first] = text.split('-');
  return YEARS.test(text) && first <= last;
}
