import type { Cycle } from '../model/report.js';
import type { ReportTypeDeclaration } from '../model/report-type.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';
import { YearMonth } from '../time/year-month.js';

/** Default length of the range of recent reports, in days. */
const DEFAULT_DAYS = { daily: 13, monthly: 150 };

/** Consecutive days or months, both ends inclusive. */
export interface Cycles {
  readonly first: Cycle;
  readonly last: Cycle;
}

export function defaultRange({ period }: ReportTypeDeclaration, today: CalendarDate): DateRange {
  return { start: today.plusDays(-DEFAULT_DAYS[period]) };
}

/** Returns the cycle of the type that contains the day. */
export function cycleOf(day: CalendarDate, { period }: ReportTypeDeclaration): Cycle {
  return period === 'daily' ? day : YearMonth.of(day);
}

/**
 * Returns the days within the range, or the months that overlap it; undefined for an empty range. A range without an end
 * ends with yesterday for daily reports, which exist once the day is over, and with the current month for monthly ones.
 */
export function cyclesWithin(
  { start, end }: DateRange,
  type: ReportTypeDeclaration,
  today: CalendarDate,
): Cycles | undefined {
  const last = (end ?? (type.period === 'daily' ? today : today.plusDays(1))).plusDays(-1);
  if (last.compare(start) < 0) return undefined;
  return { first: cycleOf(start, type), last: cycleOf(last, type) };
}
