import { IgnoredParameter } from '../http/json-api/query-parameter.decorators.js';
import { RangeQuery } from '../http/json-api/range-query.dto.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';

/** Accepts `view_only`, which the OSF's front ends add to every request that is made through a view-only link. */
export class ViewOnlyQuery {
  @IgnoredParameter()
  view_only?: string;
}

/** The query parameters of a query on a range of days. */
export class DaysQuery extends RangeQuery {
  /** As in `ViewOnlyQuery`. */
  @IgnoredParameter()
  view_only?: string;

  /**
   * Returns the range without days after today.
   *
   * @param defaultStart the first day without a range parameter
   * @throws ApiError 400 for a range that is out of bounds
   */
  days(today: CalendarDate, defaultStart: CalendarDate): Required<DateRange> {
    const { start, end } = this.range(today) ?? { start: defaultStart };
    const tomorrow = today.plusDays(1);
    const last = end && end.compare(tomorrow) < 0 ? end : tomorrow;
    return { start, end: last.compare(start) < 0 ? start : last };
  }
}
