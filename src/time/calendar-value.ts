import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsInstance } from 'class-validator';
import type { CalendarDate } from './calendar-date.js';
import type { YearMonth } from './year-month.js';

type CalendarType = typeof CalendarDate | typeof YearMonth;

/** Converts a property from and to text. Text that cannot be parsed stays text, and fails validation. */
export function CalendarValue(type: CalendarType): PropertyDecorator {
  const form = type.name === 'YearMonth' ? 'a month (YYYY-MM)' : 'a date (YYYY-MM-DD)';
  return applyDecorators(
    Transform(({ value }) => readCalendarValue(type, value), { toClassOnly: true }),
    Transform(({ value }) => (value instanceof type ? value.toString() : (value as unknown)), { toPlainOnly: true }),
    IsInstance(type as unknown as new () => object, { message: `$property must be ${form} that exists` }),
  );
}

/** The date or month of a text. A value that is no text, or cannot be parsed, is returned as it is. */
export function readCalendarValue(type: CalendarType, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return type.parse(value);
  } catch {
    return value;
  }
}
