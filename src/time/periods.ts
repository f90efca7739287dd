import type { CalendarDate } from './calendar-date.js';
import type { DateRange } from './date-range.js';
import { YearMonth } from './year-month.js';

/** Calendar units in UTC; weeks start on Monday. */
export type TimeBucket = 'day' | 'week' | 'month';

const DAYS_PER_WEEK = 7;

/** Returns the first day of each day, week or month that overlaps the range, in order. */
export function periodsWithin({ start, end }: Required<DateRange>, bucket: TimeBucket): CalendarDate[] {
  const periods: CalendarDate[] = [];
  if (start.compare(end) >= 0) return periods;
  for (let first = periodOf(start, bucket); first.compare(end) < 0; first = periodAfter(first, bucket)) {
    periods.push(first);
  }
  return periods;
}

/** The part of each period that lies in the range, in order. */
export function partsWithin(range: Required<DateRange>, bucket: TimeBucket): Required<DateRange>[] {
  return periodsWithin(range, bucket).map((first) => {
    const next = periodAfter(first, bucket);
    return {
      start: first.compare(range.start) < 0 ? range.start : first,
      end: next.compare(range.end) > 0 ? range.end : next,
    };
  });
}

/** Returns the first day of the next period. */
export function periodAfter(first: CalendarDate, bucket: TimeBucket): CalendarDate {
  if (bucket === 'month') return YearMonth.of(first).plusMonths(1).firstDay();
  return first.plusDays(bucket === 'week' ? DAYS_PER_WEEK : 1);
}

function periodOf(date: CalendarDate, bucket: TimeBucket): CalendarDate {
  if (bucket === 'month') return YearMonth.of(date).firstDay();
  const daysSinceMonday = (date.start().getUTCDay() + 6) % DAYS_PER_WEEK;
  return bucket === 'week' ? date.plusDays(-daysSinceMonday) : date;
}
