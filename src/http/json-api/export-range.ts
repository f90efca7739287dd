import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import type { CalendarDate } from '../../time/calendar-date.js';
import type { TimeRange } from '../../time/time-range.js';
import { badParameter } from './api-error.js';
import type { QueryParameters } from './query-parameters.js';

/** From the first day to the last, both inclusive; a missing side is open. */
export interface Days {
  readonly from?: CalendarDate;
  readonly until?: CalendarDate;
}

/** The days of an export. @throws ApiError 400 naming a parameter that is wrong, or that is not known */
export function readDays(parameters: QueryParameters): Days {
  parameters.refuseUnknown((name) => ['from', 'until'].includes(name));
  const [from, until] = [parameters.date('from'), parameters.date('until')];
  if (from && until && until.compare(from) < 0) throw badParameter('until', 'must not be before from');
  return { from, until };
}

/** As `readDays`: the time from the first instant of the first day until the end of the last one. */
export function readExportTimeRange(parameters: QueryParameters): TimeRange {
  const { from, until } = readDays(parameters);
  return { start: from?.start(), end: until?.end() };
}

/** Documents the parameters of `readDays`. */
export function ExportRangeQuery(): MethodDecorator {
  const date = { required: false, schema: { type: 'string', format: 'date' } } as const;
  return applyDecorators(
    ApiQuery({ name: 'from', ...date, description: 'The first day' }),
    ApiQuery({ name: 'until', ...date, description: 'The last day' }),
  );
}
