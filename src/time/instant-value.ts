import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsDate } from 'class-validator';
import { CalendarDate } from './calendar-date.js';

/** Date, time and zone (RFC 3339): without a zone it would mean another instant on each machine. */
const PATTERN = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;
/** Between these years, whatever the zone, every store keeps and writes instants in the same way. */
const [FIRST, END] = [Date.UTC(1000, 0), Date.UTC(10_000, 0)];

/** Reads a property from its text; text that is none stays as it is, and then is not valid. */
export function InstantValue(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }) => (typeof value === 'string' ? (readInstant(value) ?? value) : (value as unknown)), {
      toClassOnly: true,
    }),
    IsDate({ message: '$property must be an instant with a time zone (2026-11-24T12:00:00Z) that exists' }),
  );
}

/** Undefined when the text is no instant, or none of the years 1000 to 9999. */
export function readInstant(text: string): Date | undefined {
  const day = PATTERN.exec(text)?.[1];
  if (day === undefined) return undefined;
  try {
    CalendarDate.parse(day);
  } catch {
    return undefined;
  }
  const instant = new Date(text);
  return instant.getTime() >= FIRST && instant.getTime() < END ? instant : undefined;
}
