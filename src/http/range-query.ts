import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';

const text = { type: 'string' } as const;

/** Documents the parameters by which a range of days is asked for. */
export function RangeQuery(): MethodDecorator {
  const date = { required: false, schema: { ...text, format: 'date' } };
  const days = { type: 'integer', minimum: 1, maximum: 36_500 } as const;
  const timeframe = { ...text, pattern: '^previous_\\d+_(day|month|year)s?$' };
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
