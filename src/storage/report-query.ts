import type { CalendarDate } from '../time/calendar-date.js';
import type { YearMonth } from '../time/year-month.js';

/** A value of a report field in filters. Instants, dates and months are ISO 8601 text. */
export type ScalarValue = string | number | boolean;

export interface ReportFilter {
  /** The path of a declared field: `users.total`. A list field equals a value if the list contains it. */
  readonly path: string;
  readonly operator: 'eq' | 'ne';
  /** Null matches a missing value or an empty list. */
  readonly value: ScalarValue | null;
}

export interface ReportSort {
  /** The path of a declared field that is not a list. Reports without a value come last in both directions. */
  readonly path: string;
  readonly descending: boolean;
}

/** Selects reports of one type. Reports that are equal by `sort` are ordered by id. */
export interface ReportQuery {
  /** The first cycle, inclusive: a day for daily reports, a month for monthly reports. */
  readonly first?: CalendarDate | YearMonth;
  /** The last cycle, inclusive. */
  readonly last?: CalendarDate | YearMonth;
  /** Conditions that a report must all meet. */
  readonly filters?: readonly ReportFilter[];
  readonly sort?: readonly ReportSort[];
  /** The maximum number of reports. Without it, all are returned. */
  readonly limit?: number;
  /** The number of reports to skip, for pages by number. */
  readonly offset?: number;
  /** The id of the report after which to start, in the order of the query, for pages by cursor. */
  readonly afterId?: string;
}
