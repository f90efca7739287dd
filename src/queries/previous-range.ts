import type { DateRange } from '../time/date-range.js';
import { monthsBefore } from '../time/months-before.js';
import { periodsWithin, type TimeBucket } from '../time/periods.js';
import { YearMonth } from '../time/year-month.js';

const DAYS_PER_WEEK = 7;

/**
 * The range before: as many whole weeks for weeks, otherwise as many months or days. It ends at the same point of its last
 * week or month.
 *
 * @param unit what a range consists of that is not shown in weeks; by default months if it starts with a month
 */
export function previousRange(
  { start, end }: Required<DateRange>,
  bucket: TimeBucket | undefined,
  unit: 'days' | 'months' = start.equals(YearMonth.of(start).firstDay()) ? 'months' : 'days',
): Required<DateRange> {
  if (bucket !== 'week' && unit === 'months') {
    const months = periodsWithin({ start, end }, 'month').length;
    return { start: monthsBefore(start, months), end: monthsBefore(end, months) };
  }
  const days = end.compare(start);
  const shift = bucket === 'week' ? DAYS_PER_WEEK * Math.ceil(days / DAYS_PER_WEEK) : days;
  return { start: start.plusDays(-shift), end: end.plusDays(-shift) };
}
