import { EnumParameter, IntegerParameter } from '../http/json-api/query-parameter.decorators.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';
import { monthsBefore } from '../time/months-before.js';
import { DaysQuery } from './days-query.dto.js';
import {
  DEFAULT_LIST_LENGTH,
  MAX_LIST_LENGTH,
  NODE_ANALYTICS_LISTS,
  type NodeAnalyticsList,
} from './node-analytics.js';
import type { Timespan } from './node-analytics.query.js';

/** A range takes the place of the time span in the path. */
export class NodeAnalyticsQueryDto extends DaysQuery {
  @EnumParameter('The list of a CSV or TSV file. Default: `unique_visits`', NODE_ANALYTICS_LISTS)
  list?: NodeAnalyticsList;

  @IntegerParameter('The length of the lists of referrers and pages', {
    name: 'page[size]',
    minimum: 1,
    maximum: MAX_LIST_LENGTH,
    default: DEFAULT_LIST_LENGTH,
  })
  listLength: number = DEFAULT_LIST_LENGTH;

  daysOf(timespan: Timespan, today: CalendarDate): Required<DateRange> {
    return this.days(today, firstDay(timespan, today));
  }

  /** The time span of the path, or the range that takes its place. */
  nameOf(timespan: Timespan, { start, end }: Required<DateRange>): string {
    return this.rangeParameter === undefined ? timespan : `${start.toString()}..${end.toString()}`;
  }
}

function firstDay(timespan: Timespan, today: CalendarDate): CalendarDate {
  if (timespan === 'month') return monthsBefore(today, 1);
  return today.plusDays(timespan === 'week' ? -7 : -14);
}
