import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsDate } from 'class-validator';
import { CalendarDate } from './calendar-date.js';

/** Date, time and zone (RFC 3339), after the year 1000: without a zone it would mean another instant on each machine. */
const PATTERN = /^([1-9]\d{3}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Reads a property from its text; text that is none stays as it is, and then is not valid. */
export function InstantValue(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }) => (typeof value === 'string' ? readInstant(value) : (value as unknown)), {
      toClassOnly: true,
    }),
    IsDate({ message: '$property must be an instant with a time zone (2026-11-24T12:00:00Z) that exists' }),
  );
}

function readInstant(text: string): Date | string {
  const day = PATTERN.exec(text)?.[1];
  if (day === undefined) return text;
  try {
    CalendarDate.parse(day);
  } catch {
    return text;
  }
  return new Date(text);
}
