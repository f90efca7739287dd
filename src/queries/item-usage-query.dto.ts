import { badRequestParameter } from '../http/json-api/api-error.js';
import { EnumParameter } from '../http/json-api/query-parameter.decorators.js';
import type { CalendarDate } from '../time/calendar-date.js';
import { monthsBefore } from '../time/months-before.js';
import { DaysQuery } from './days-query.dto.js';
import { type ItemUsageParameters, type Period, PERIODS, type TimePeriod } from './item-usage.query.js';

export class ItemUsageQueryDto extends DaysQuery {
  @EnumParameter('Default: `daily`', PERIODS)
  period: Period = 'daily';

  override check(): void {
    super.check();
    if (this.period !== 'total' || this.rangeParameter === undefined) return;
    throw badRequestParameter(this.rangeParameter, 'cannot be used together with the period total');
  }

  /** The range defaults to today and the 30 days, 12 weeks or 12 months before. */
  toParameters(itemIri: string, today: CalendarDate): ItemUsageParameters {
    const { period } = this;
    if (period === 'total') return { itemIri, period };
    const days = this.days(today, defaultStart(period, today));
    return { itemIri, period, days };
  }
}

function defaultStart(period: TimePeriod, today: CalendarDate): CalendarDate {
  if (period === 'monthly') return monthsBefore(today, 12);
  return today.plusDays(period === 'daily' ? -30 : -12 * 7);
}
