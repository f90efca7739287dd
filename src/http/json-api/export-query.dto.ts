import type { CalendarDate } from '../../time/calendar-date.js';
import type { Days } from '../../time/date-range.js';
import type { TimeRange } from '../../time/time-range.js';
import { badRequestParameter } from './api-error.js';
import type { QueryDtoChecks } from './query-dto.pipe.js';
import { DateParameter } from './query-parameter.decorators.js';

/** The query parameters of an export: the first and the last day, both inclusive. A missing side is open. */
export class ExportQuery implements Days, QueryDtoChecks {
  @DateParameter('The first day')
  from?: CalendarDate;

  @DateParameter('The last day')
  until?: CalendarDate;

  check(): void {
    if (this.from && this.until && this.until.compare(this.from) < 0) {
      throw badRequestParameter('until', 'must not be before from');
    }
  }

  /** From the first instant of the first day until the end of the last day. */
  timeRange(): TimeRange {
    return { start: this.from?.start(), end: this.until?.end() };
  }
}
