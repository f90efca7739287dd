import { badParameter } from '../http/json-api/api-error.js';
import type { QueryParameters } from '../http/json-api/query-parameters.js';
import { RANGE_PARAMETERS, readRange } from '../http/json-api/range-parameters.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';

/** The OSF's front ends add it to every request made through a view-only link. It has no effect here. */
export const IGNORED_PARAMETER = 'view_only';

export function isDaysParameter(name: string): boolean {
  return name === IGNORED_PARAMETER || RANGE_PARAMETERS.includes(name);
}

/**
 * Reads the requested range of days, without days after today. Without a range it starts at `defaultStart`.
 *
 * @param maxDays the maximum length of the range
 * @throws ApiError 400 for an invalid parameter or a range that is too long
 */
export function readDays(
  parameters: QueryParameters,
  today: CalendarDate,
  { defaultStart, maxDays }: { defaultStart: CalendarDate; maxDays: number },
): Required<DateRange> {
  const { start, end } = readRange(parameters, today) ?? { start: defaultStart };
  const tomorrow = today.plusDays(1);
  const last = end && end.compare(tomorrow) < 0 ? end : tomorrow;
  const days = { start, end: last.compare(start) < 0 ? start : last };
  if (days.end.compare(start) <= maxDays) return days;
  const name = RANGE_PARAMETERS.find((each) => parameters.has(each)) ?? '';
  throw badParameter(name, `must cover at most ${maxDays} days`);
}
