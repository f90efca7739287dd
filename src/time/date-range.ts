import type { CalendarDate } from './calendar-date.js';

/** From `start` (inclusive) until `end` (exclusive); without an end, until now. */
export interface DateRange {
  readonly start: CalendarDate;
  readonly end?: CalendarDate;
}

/** From the first day until the last day, both inclusive; a missing side is open. */
export interface Days {
  readonly from?: CalendarDate;
  readonly until?: CalendarDate;
}
