import { badRequestParameter } from '../http/json-api/api-error.js';
import type { QueryDtoChecks } from '../http/json-api/query-dto.pipe.js';
import { DateParameter, EnumParameter } from '../http/json-api/query-parameter.decorators.js';
import { previousRange } from '../queries/previous-range.js';
import { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';
import { monthsBefore } from '../time/months-before.js';
import { periodsWithin, type TimeBucket } from '../time/periods.js';
import { YearMonth } from '../time/year-month.js';
import { TEXTS } from './texts.js';

export const RANGE_NAMES = Object.keys(TEXTS.ranges) as readonly RangeName[];
export type RangeName = keyof typeof TEXTS.ranges;

export const INTERVALS = ['day', 'week', 'month'] as const satisfies readonly TimeBucket[];

/** The parameters of a range, in links to other pages. */
export const RANGE_PARAMETERS = ['range', 'from', 'to'] as const;

const DEFAULT_RANGE: RangeName = '28d';
const DAY_RANGES: readonly (RangeName | undefined)[] = ['7d', '28d', '90d'];
const MAX_YEARS = 10;
/** Reports may be older than usage: all time is ten years for them. */
export const FIRST_MONTH_OF_REPORTS = YearMonth.parse('1970-01');
const EARLIEST = CalendarDate.parse('1970-01-01');
/** A longer table would be hard to read. */
const MAX_PERIODS = 400;
const MAX_DAYS_BY_DAY = 92;
const MAX_DAYS_BY_WEEK = 184;

const emptyIsAbsent = true;

/** The range of a page. It is in its URL, so that the page can be shared. */
export class RangePickerDto implements QueryDtoChecks {
  @EnumParameter(`The range. Default: \`${DEFAULT_RANGE}\``, RANGE_NAMES, { emptyIsAbsent })
  range?: RangeName;

  @DateParameter('The first day of another range', { emptyIsAbsent })
  from?: CalendarDate;

  @DateParameter('The last day of another range. Default: today', { emptyIsAbsent })
  to?: CalendarDate;

  @EnumParameter('The interval of charts. By default it fits the range', INTERVALS, { emptyIsAbsent })
  interval?: TimeBucket;

  check(): void {
    if (this.range && this.from) throw badRequestParameter('range', 'cannot be used together with "from"');
    if (this.to && !this.from) throw badRequestParameter('to', 'needs "from"');
    if (this.from && this.from.compare(EARLIEST) < 0)
      throw badRequestParameter('from', `must not be before ${EARLIEST.toString()}`);
  }

  /** The name of the range; undefined for one from `from` to `to`. */
  get rangeName(): RangeName | undefined {
    return this.from ? undefined : (this.range ?? DEFAULT_RANGE);
  }

  /**
   * The days of the range, until today at most.
   *
   * @param firstMonth the first month with usage: all time starts there
   * @throws ApiError 400 for a range that is out of bounds
   */
  days(today: CalendarDate, firstMonth: YearMonth | undefined): Required<DateRange> {
    const tomorrow = today.plusDays(1);
    const range = this.rangeName;
    if (range) return toDays(range, today, firstMonth);
    const start = this.from ?? today;
    const end = this.to && this.to.compare(today) < 0 ? this.to.plusDays(1) : tomorrow;
    if (start.compare(today) > 0) throw badRequestParameter('from', 'must not be after today');
    if (end.compare(start) <= 0) throw badRequestParameter('to', 'must not be before "from"');
    if (start.compare(monthsBefore(end, MAX_YEARS * 12)) < 0)
      throw badRequestParameter('from', `must be at most ${MAX_YEARS} years before "to"`);
    return { start, end };
  }

  /** The range to compare with: of a range named by its number of days, as many days before, also if it is a month. */
  previousDays(days: Required<DateRange>, bucket: TimeBucket): Required<DateRange> {
    return previousRange(days, bucket, DAY_RANGES.includes(this.rangeName) ? 'days' : undefined);
  }

  /** The interval of charts. @throws ApiError 400 for one that is too short for the range */
  bucket(days: Required<DateRange>): TimeBucket {
    const interval = this.interval ?? defaultInterval(days);
    if (intervalsFor(days).includes(interval)) return interval;
    throw badRequestParameter('interval', `is too short for this range: use ${intervalsFor(days).join(' or ')}`);
  }
}

/** The intervals of which the range has few enough. */
export function intervalsFor(days: Required<DateRange>): TimeBucket[] {
  return INTERVALS.filter((interval) => periodsWithin(days, interval).length <= MAX_PERIODS);
}

/** Days for a quarter, weeks for half a year, otherwise months. */
export function defaultInterval({ start, end }: Required<DateRange>): TimeBucket {
  const count = end.compare(start);
  if (count <= MAX_DAYS_BY_DAY) return 'day';
  return count <= MAX_DAYS_BY_WEEK ? 'week' : 'month';
}

function toDays(range: RangeName, today: CalendarDate, firstMonth: YearMonth | undefined): Required<DateRange> {
  const end = today.plusDays(1);
  const month = YearMonth.of(today);
  const year = YearMonth.parse(`${month.toString().slice(0, 'YYYY'.length)}-01`);
  const earliest = month.plusMonths(1 - MAX_YEARS * 12);
  const first = firstMonth ?? month;
  const ranges: Record<RangeName, Required<DateRange>> = {
    '7d': { start: today.plusDays(-6), end },
    '28d': { start: today.plusDays(-27), end },
    '90d': { start: today.plusDays(-89), end },
    this_month: { start: month.firstDay(), end },
    last_month: { start: month.plusMonths(-1).firstDay(), end: month.firstDay() },
    this_year: { start: year.firstDay(), end },
    '12m': { start: month.plusMonths(-11).firstDay(), end },
    all: { start: (first.compare(earliest) < 0 ? earliest : first).firstDay(), end },
  };
  return ranges[range];
}
