import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { MAX_COUNT, TIMEFRAME } from './range-parameters.js';

const text = { type: 'string' } as const;

/** Documents the parameters by which a range of days is asked for. */
export function RangeQuery(): MethodDecorator {
  const date = { required: false, schema: { ...text, format: 'date' } };
  const days = { type: 'integer', minimum: 1, maximum: MAX_COUNT.day } as const;
  const timeframe = { ...text, pattern: TIMEFRAME.source };
  return applyDecorators(
    ApiQuery({
      name: 'days_back',
      required: false,
      schema: days,
      description: 'The last days. One way to name a range',
    }),
    ApiQuery({
      name: 'timeframe',
      required: false,
      schema: timeframe,
      description: '`previous_7_days`, `previous_1_month`, … Another way',
    }),
    ApiQuery({ name: 'timeframeStart', ...date, description: 'The first day. Another way' }),
    ApiQuery({ name: 'timeframeEnd', ...date, description: 'The day after the last; only with `timeframeStart`' }),
    ApiQuery({ name: 'start_date', ...date, description: 'The first day. Another way' }),
    ApiQuery({ name: 'end_date', ...date, description: 'The day after the last; only with `start_date`' }),
  );
}
