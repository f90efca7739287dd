import type { CalendarDate } from '../../time/calendar-date.js';
import type { DateRange } from '../../time/date-range.js';
import { monthsBefore } from '../../time/months-before.js';
import { badRequestParameter } from './api-error.js';
import type { QueryParameters } from './query-parameters.js';

/** The ways to ask for a range, each with its parameters; a request uses one of them. */
const WAYS = [['days_back'], ['timeframe'], ['timeframeStart', 'timeframeEnd'], ['start_date', 'end_date']];

export const RANGE_PARAMETERS: readonly string[] = WAYS.flat();

export const TIMEFRAME = /^previous_(\d{1,15})_(day|month|year)s?$/;
/** How far a range may go back: 100 years. */
export const MAX_COUNT = { day: 36_500, month: 1_200, year: 100 };

/**
 * The days that a request asks for; undefined when it has no range parameter. A range counted back from today has no
 * end.
 *
 * @throws ApiError 400 naming the parameter that is wrong, or that does not go with another one
 */
export function readRange(parameters: QueryParameters, today: CalendarDate): DateRange | undefined {
  refuseMixedWays(parameters);
  return (
    readDaysBack(parameters, today) ??
    readTimeframe(parameters, today) ??
    readStartAndEnd(parameters, 'timeframeStart', 'timeframeEnd', today) ??
    readStartAndEnd(parameters, 'start_date', 'end_date', today)
  );
}

function refuseMixedWays(parameters: QueryParameters): void {
  const [first = [], second] = WAYS.map((way) => way.filter((name) => parameters.has(name))).filter(isNotEmpty);
  if (second) throw badRequestParameter(String(second[0]), `cannot be used together with ${first.join(', ')}`);
}

function isNotEmpty(names: readonly string[]): boolean {
  return names.length > 0;
}

function readDaysBack(parameters: QueryParameters, today: CalendarDate): DateRange | undefined {
  const days = parameters.integer('days_back', { min: 1, max: MAX_COUNT.day });
  return days === undefined ? undefined : { start: today.plusDays(-days) };
}

function readTimeframe(parameters: QueryParameters, today: CalendarDate): DateRange | undefined {
  const text = parameters.one('timeframe');
  if (text === undefined) return undefined;
  const match = TIMEFRAME.exec(text);
  if (!match)
    throw badRequestParameter('timeframe', 'must be like previous_7_days, previous_1_month or previous_2_years');
  const [count, unit] = [Number(match[1]), match[2] as keyof typeof MAX_COUNT];
  const max = MAX_COUNT[unit];
  if (count < 1 || count > max) throw badRequestParameter('timeframe', `must go back from 1 to ${max} ${unit}s`);
  if (unit === 'day') return { start: today.plusDays(-count) };
  return { start: monthsBefore(today, unit === 'month' ? count : count * 12) };
}

function readStartAndEnd(
  parameters: QueryParameters,
  startName: string,
  endName: string,
  today: CalendarDate,
): DateRange | undefined {
  const start = parameters.date(startName);
  const end = parameters.date(endName);
  if (!start) {
    if (end) throw badRequestParameter(endName, `needs ${startName}`);
    return undefined;
  }
  if (end && end.compare(start) < 0) throw badRequestParameter(endName, `must not be before ${startName}`);
  if (!end && start.compare(today) > 0)
    throw badRequestParameter(startName, `must not be after today without ${endName}`);
  return { start, end };
}
