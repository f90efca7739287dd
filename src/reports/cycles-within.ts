import type { Cycle } from '../model/report.js';
import type { ReportTypeDeclaration } from '../model/report-type.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';
import { YearMonth } from '../time/year-month.js';

/** How far back recent reports go when nobody says so, in days. */
const DEFAULT_DAYS = { daily: 13, monthly: 150 };

/** Days or months in a row, both inclusive. */
export interface Cycles {
  readonly first: Cycle;
  readonly last: Cycle;
}

export function defaultRange({ period }: ReportTypeDeclaration, today: CalendarDate): DateRange {
  return { start: today.plusDays(-DEFAULT_DAYS[period]) };
}

/**
 * The days within the range, or the months that it overlaps; undefined when there are none. A range without an end goes
 * on until today: a day has its report when it is over, so that today is not in it; a month that has begun is.
 */
export function cyclesWithin(
  { start, end }: DateRange,
  { period }: ReportTypeDeclaration,
  today: CalendarDate,
): Cycles | undefined {
  const last = (end ?? (period === 'daily' ? today : today.plusDays(1))).plusDays(-1);
  if (last.compare(start) < 0) return undefined;
  return period === 'daily' ? { first: start, last } : { first: YearMonth.of(start), last: YearMonth.of(last) };
}
