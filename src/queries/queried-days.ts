import { badRequestParameter } from '../http/json-api/api-error.js';
import type { QueryParameters } from '../http/json-api/query-parameters.js';
import { RANGE_PARAMETERS, readRange } from '../http/json-api/range-parameters.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';

/** Front ends add it to every request of somebody who came by a view-only link; no answer depends on it. */
export const IGNORED_PARAMETER = 'view_only';

/** Whether a query that is about days has the parameter. */
export function isDaysParameter(name: string): boolean {
  return name === IGNORED_PARAMETER || RANGE_PARAMETERS.includes(name);
}

/**
 * The days that a request asks for, those after today left out; without a range those from `defaultStart`.
 *
 * @throws ApiError 400 naming the parameter that is wrong, or that asks for more days than the limit
 */
export function readDays(
  parameters: QueryParameters,
  today: CalendarDate,
  { defaultStart, limit }: { defaultStart: CalendarDate; limit: number },
): Required<DateRange> {
  const { start, end } = readRange(parameters, today) ?? { start: defaultStart };
  const tomorrow = today.plusDays(1);
  const last = end && end.compare(tomorrow) < 0 ? end : tomorrow;
  const days = { start, end: last.compare(start) < 0 ? start : last };
  if (days.end.compare(start) <= limit) return days;
  const name = RANGE_PARAMETERS.find((each) => parameters.has(each)) ?? '';
  throw badRequestParameter(name, `must ask for at most ${limit} days`);
}
