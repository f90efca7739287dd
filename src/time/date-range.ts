import type { CalendarDate } from './calendar-date.js';

/** Days from `start` (inclusive) until `end` (exclusive); without an end: until now. */
export interface DateRange {
  readonly start: CalendarDate;
  readonly end?: CalendarDate;
}
