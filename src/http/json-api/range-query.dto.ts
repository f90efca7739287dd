import { CalendarDate } from '../../time/calendar-date.js';
import type { DateRange } from '../../time/date-range.js';
import { monthsBefore } from '../../time/months-before.js';
import { badRequestParameter } from './api-error.js';
import type { QueryDtoChecks } from './query-dto.pipe.js';
import { InstantParameter, IntegerParameter, TextParameter } from './query-parameter.decorators.js';

const TIMEFRAME_LIMITS = ['timeframeStart', 'timeframeEnd'] as const;
const DATE_LIMITS = ['start_date', 'end_date'] as const;
type Limits = typeof TIMEFRAME_LIMITS | typeof DATE_LIMITS;

/** The forms of a range, each with its parameters. A request uses one of them. */
const FORMS = [['days_back'], ['timeframe'], TIMEFRAME_LIMITS, DATE_LIMITS] as const;

export const RANGE_PARAMETERS: readonly string[] = FORMS.flat();

const TIMEFRAME = /^previous_(\d{1,15})_(day|month|year)s?$/;
/** The length of the longest range: ten years. */
const MAX_MONTHS = 120;
const MAX_COUNT = { day: 3_653, month: MAX_MONTHS, year: MAX_MONTHS / 12 };

/** Clients send empty values for the form fields that a user leaves empty. */
const emptyIsAbsent = true;

/**
 * The query parameters of a route about a range of days. An instant means its day in UTC: in a time zone with daylight
 * saving, the OSF's admin dashboard sends `2026-11-02T01:00:00.000Z` for 2 November.
 */
export class RangeQuery implements QueryDtoChecks {
  @IntegerParameter('Range, form 1: starts this number of days before today', {
    minimum: 1,
    maximum: MAX_COUNT.day,
    emptyIsAbsent,
  })
  days_back?: number;

  @TextParameter('Range, form 2: `previous_7_days`, `previous_1_month`, `previous_2_years`', {
    pattern: { regex: TIMEFRAME, mismatch: 'must be like previous_7_days, previous_1_month or previous_2_years' },
    emptyIsAbsent,
  })
  timeframe?: string;

  @InstantParameter('Range, form 3: the first day', { emptyIsAbsent })
  timeframeStart?: Date;

  @InstantParameter('The day after the last day; requires `timeframeStart`', { emptyIsAbsent })
  timeframeEnd?: Date;

  @InstantParameter('Range, form 4: the first day', { emptyIsAbsent })
  start_date?: Date;

  @InstantParameter('The day after the last day; requires `start_date`', { emptyIsAbsent })
  end_date?: Date;

  check(): void {
    const [first, second] = this.givenForms();
    if (first && second)
      throw badRequestParameter(String(second[0]), `cannot be used together with ${first.join(', ')}`);
    for (const [startName, endName] of [TIMEFRAME_LIMITS, DATE_LIMITS]) {
      if (this[endName] && !this[startName]) throw badRequestParameter(endName, `needs ${startName}`);
    }
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
    const range = this.givenRange(today);
    if (!range) return undefined;
    const earliest = monthsBefore(range.end ?? today, MAX_MONTHS);
    if (range.start.compare(earliest) >= 0) return range;
    throw badRequestParameter(String(this.rangeParameter), 'must cover at most ten years');
  }

  private givenRange(today: CalendarDate): DateRange | undefined {
    if (this.days_back !== undefined) return { start: today.plusDays(-this.days_back) };
    if (this.timeframe !== undefined) return { start: startOfTimeframe(this.timeframe, today) };
    return this.rangeOf(TIMEFRAME_LIMITS, today) ?? this.rangeOf(DATE_LIMITS, today);
  }

  /** The parameters of the request, by form. */
  private givenForms(): string[][] {
    const given = FORMS.map((form) => form.filter((name) => this[name] !== undefined));
    return given.filter(({ length }) => length > 0);
  }

  private rangeOf([startName, endName]: Limits, today: CalendarDate): DateRange | undefined {
    const [startInstant, endInstant] = [this[startName], this[endName]];
    if (!startInstant) return undefined;
    const start = CalendarDate.at(startInstant);
    const end = endInstant && endOfRange(start, endInstant);
    if (end && end.compare(start) < 0) throw badRequestParameter(endName, `must not be before ${startName}`);
    if (end || start.compare(today) <= 0) return { start, end };
    throw badRequestParameter(startName, `must not be after today without ${endName}`);
  }
}

/**
 * The day of the instant, except that an instant later on the first day includes that day: for the day on which daylight
 * saving begins, the OSF's admin dashboard sends `timeframeStart=2026-03-08&timeframeEnd=2026-03-08T23:00:00.000Z`.
 */
function endOfRange(start: CalendarDate, endInstant: Date): CalendarDate {
  const end = CalendarDate.at(endInstant);
  return end.equals(start) && endInstant > start.start() ? end.plusDays(1) : end;
}

function startOfTimeframe(timeframe: string, today: CalendarDate): CalendarDate {
  const [, digits, unit] = TIMEFRAME.exec(timeframe) as unknown as [string, string, keyof typeof MAX_COUNT];
  const [count, max] = [Number(digits), MAX_COUNT[unit]];
  if (count < 1 || count > max) throw badRequestParameter('timeframe', `must go back from 1 to ${max} ${unit}s`);
  if (unit === 'day') return today.plusDays(-count);
  return monthsBefore(today, unit === 'month' ? count : count * 12);
}
