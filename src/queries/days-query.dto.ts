import { RangeQuery } from '../http/json-api/range-query.dto.js';
import type { Format } from '../http/responses/content-negotiation.js';
import {
  ByteOrderMarkParameter,
  FormatParameter,
  TotalRowParameter,
  type TrueOrFalse,
} from '../http/responses/file-parameters.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';

/** The query parameters of a query on a range of days. `ResponseFiles` reads those of files. */
export class DaysQuery extends RangeQuery {
  @FormatParameter()
  format?: Format;

  @ByteOrderMarkParameter()
  bom?: TrueOrFalse;

  @TotalRowParameter()
  total?: TrueOrFalse;

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
