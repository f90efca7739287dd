import type { CalendarDate } from './calendar-date.js';
import { YearMonth } from './year-month.js';

/** The same day of an earlier month; the last day of that month when it is too short. */
export function monthsBefore(date: CalendarDate, months: number): CalendarDate {
  const thisMonth = YearMonth.of(date);
  const month = thisMonth.plusMonths(-months);
  const sameDay = month.firstDay().plusDays(date.compare(thisMonth.firstDay()));
  const lastDay = month.plusMonths(1).firstDay().plusDays(-1);
  return sameDay.compare(lastDay) < 0 ? sameDay : lastDay;
}
