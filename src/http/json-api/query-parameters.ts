import { CalendarDate } from '../../time/calendar-date.js';
import { parseInstant } from '../../time/instant-value.js';
import { YearMonth } from '../../time/year-month.js';
import { badRequestParameter } from './api-error.js';
import { DOCUMENT_FORMATS } from './protocol.js';

/**
 * Parameters that clients of the OSF's API add to any request, and that have no effect here: the version of that API, the
 * key of a view-only link, and jQuery's cache buster. So has a `format` that means a JSON:API document.
 */
const IGNORED_PARAMETERS = ['version', 'view_only', '_'];

/** The query parameters of a request, by their full names: `page[size]` is one name. */
export class QueryParameters {
  private readonly values: ReadonlyMap<string, readonly string[]>;

  constructor(query: unknown) {
    const entries = Object.entries(query as Record<string, string | string[]>);
    this.values = new Map(entries.map(([name, value]) => [name, [value].flat()]));
  }

  get names(): readonly string[] {
    return [...this.values.keys()];
  }

  /** Every value of the parameter; empty when it is absent. */
  all(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }

  /** Whether the parameter is given once, without a value. */
  isEmpty(name: string): boolean {
    const values = this.all(name);
    return values.length === 1 && values[0] === '';
  }

  /** Undefined when the parameter is absent. @throws ApiError 400 when it is repeated */
  one(name: string): string | undefined {
    const [value, ...others] = this.all(name);
    if (others.length > 0) throw badRequestParameter(name, 'is given more than once');
    return value;
  }

  /** @throws ApiError 400 unless the value is a whole number within the bounds */
  integer(name: string, { min, max }: { min: number; max: number }): number | undefined {
    const text = this.one(name);
    if (text === undefined) return undefined;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw badRequestParameter(name, `must be a whole number from ${min} to ${max}`);
  }

  /** @throws ApiError 400 unless the value is a date that exists */
  date(name: string): CalendarDate | undefined {
    return this.parsed(name, (text) => CalendarDate.parse(text), 'must be a date (YYYY-MM-DD) that exists');
  }

  /** @throws ApiError 400 unless the value is an instant, or a date, which means its first instant */
  instant(name: string): Date | undefined {
    const parse = (text: string): Date => parseInstant(text) ?? CalendarDate.parse(text).start();
    return this.parsed(name, parse, 'must be a date (2026-11-24) or an instant (2026-11-24T12:00:00Z) that exists');
  }

  /** @throws ApiError 400 unless the value is a month */
  month(name: string): YearMonth | undefined {
    return this.parsed(name, (text) => YearMonth.parse(text), 'must be a month (YYYY-MM)');
  }

  /** JSON:API requires 400 for an unknown parameter (jsonapi.org/format, section "Query Parameters"). */
  rejectUnknown(isKnown: (name: string) => boolean): void {
    const unknown = this.names.find((name) => !isKnown(name) && !this.isIgnored(name));
    if (unknown !== undefined) throw badRequestParameter(unknown, 'is not a parameter of this resource');
  }

  private isIgnored(name: string): boolean {
    if (name !== 'format') return IGNORED_PARAMETERS.includes(name);
    return this.all(name).every((value) => (DOCUMENT_FORMATS as readonly string[]).includes(value));
  }

  private parsed<T>(name: string, parse: (text: string) => T, detail: string): T | undefined {
    const text = this.one(name);
    if (text === undefined) return undefined;
    try {
      return parse(text);
    } catch {
      throw badRequestParameter(name, detail);
    }
  }
}
