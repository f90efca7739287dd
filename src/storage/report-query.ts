import type { CalendarDate } from '../time/calendar-date.js';
import type { YearMonth } from '../time/year-month.js';

/** A value of a report's field, as filters and sort keys hold it: instants, dates and months as their text. */
export type ScalarValue = string | number | boolean;

export interface ReportFilter {
  /** The path of a declared field, of a list too (then one of its values is meant): `users.total`, `item_osfids`. */
  readonly path: string;
  readonly operator: 'eq' | 'ne';
  /** Null: the field is missing, or the list empty. */
  readonly value: ScalarValue | null;
}

export interface ReportSort {
  /** The path of a declared single field. Missing values come last in either direction. */
  readonly path: string;
  readonly descending: boolean;
}

/** Which reports of one type, and in what order. Reports that `sort` leaves equal come in the order of their ids. */
export interface ReportQuery {
  /** Cycles from `first` to `last`, both inclusive; days for daily reports, months for monthly ones. */
  readonly first?: CalendarDate | YearMonth;
  readonly last?: CalendarDate | YearMonth;
  readonly filters?: readonly ReportFilter[];
  readonly sort?: readonly ReportSort[];
  readonly limit?: number;
  /** Skip so many; for a page by number. */
  readonly offset?: number;
  /** The id of the report after which to go on, in the order of the query; for a page by cursor. */
  readonly afterId?: string;
}
