import type { CalendarDate } from '../../time/calendar-date.js';
import type { DateRange } from '../../time/date-range.js';
import { monthsBefore } from '../../time/months-before.js';
import { badRequestParameter } from './api-error.js';
import type { QueryDtoChecks } from './query-dto.pipe.js';
import { DateParameter, IntegerParameter, TextParameter } from './query-parameter.decorators.js';

/** The forms of a range, each with its parameters. A request uses one of them. */
const FORMS = [['days_back'], ['timeframe'], ['timeframeStart', 'timeframeEnd'], ['start_date', 'end_date']] as const;

export const RANGE_PARAMETERS: readonly string[] = FORMS.flat();

const TIMEFRAME = /^previous_(\d{1,15})_(day|month|year)s?$/;
/** How far a range may go back: 100 years. */
const MAX_COUNT = { day: 36_500, month: 1_200, year: 100 };

/** The query parameters of a route about a range of days. */
export class RangeQuery implements QueryDtoChecks {
  @IntegerParameter('Range, form 1: starts this number of days before today', { minimum: 1, maximum: MAX_COUNT.day })
  days_back?: number;

  @TextParameter('Range, form 2: `previous_7_days`, `previous_1_month`, `previous_2_years`', {
    pattern: { regex: TIMEFRAME, mismatch: 'must be like previous_7_days, previous_1_month or previous_2_years' },
  })
  timeframe?: string;

  @DateParameter('Range, form 3: the first day')
  timeframeStart?: CalendarDate;

  @DateParameter('The day after the last day; requires `timeframeStart`')
  timeframeEnd?: CalendarDate;

  @DateParameter('Range, form 4: the first day')
  start_date?: CalendarDate;

  @DateParameter('The day after the last day; requires `start_date`')
  end_date?: CalendarDate;

  check(): void {
    const [first, second] = this.givenForms();
    if (first && second)
      throw badRequestParameter(String(second[0]), `cannot be used together with ${first.join(', ')}`);
    this.checkOrder('timeframeStart', 'timeframeEnd');
    this.checkOrder('start_date', 'end_date');
  }

  /** The first range parameter of the request, for an error about its range; undefined without one. */
  get rangeParameter(): string | undefined {
    return this.givenForms()[0]?.[0];
  }

  /**
   * The days of the range; undefined without a range parameter. A range counted back from today has no end.
   *
   * @throws ApiError 400 naming the parameter that is out of bounds
   */
  range(today: CalendarDate): DateRange | undefined {
    if (this.days_back !== undefined) return { start: today.plusDays(-this.days_back) };
    if (this.timeframe !== undefined) return { start: startOfTimeframe(this.timeframe, today) };
    return this.rangeOf('timeframeStart', 'timeframeEnd', today) ?? this.rangeOf('start_date', 'end_date', today);
  }

  /** The parameters of the request, by form. */
  private givenForms(): string[][] {
    const given = FORMS.map((form) => form.filter((name) => this[name] !== undefined));
    return given.filter(({ length }) => length > 0);
  }

  private checkOrder(startName: StartName, endName: EndName): void {
    const [start, end] = [this[startName], this[endName]];
    if (end && !start) throw badRequestParameter(endName, `needs ${startName}`);
    if (start && end && end.compare(start) < 0) throw badRequestParameter(endName, `must not be before ${startName}`);
  }

  private rangeOf(startName: StartName, endName: EndName, today: CalendarDate): DateRange | undefined {
    const [start, end] = [this[startName], this[endName]];
    if (!start) return undefined;
    if (end || start.compare(today) <= 0) return { start, end };
    throw badRequestParameter(startName, `must not be after today without ${endName}`);
  }
}

type StartName = 'timeframeStart' | 'start_date';
type EndName = 'timeframeEnd' | 'end_date';

function startOfTimeframe(timeframe: string, today: CalendarDate): CalendarDate {
  const [, digits, unit] = TIMEFRAME.exec(timeframe) as unknown as [string, string, keyof typeof MAX_COUNT];
  const [count, max] = [Number(digits), MAX_COUNT[unit]];
  if (count < 1 || count > max) throw badRequestParameter('timeframe', `must go back from 1 to ${max} ${unit}s`);
  if (unit === 'day') return today.plusDays(-count);
  return monthsBefore(today, unit === 'month' ? count : count * 12);
}
