import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsDate } from 'class-validator';
import { CalendarDate } from './calendar-date.js';

/** Date, time and zone (RFC 3339, section 5.6). Without a zone, the instant would depend on the machine. */
const PATTERN =
  /^(\d{4}-\d{2}-\d{2})[Tt ]((?:[01]\d|2[0-3]):[0-5]\d:)([0-5]\d|60)(\.\d+)?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
/** The years 1000 to 9999, which all stores handle alike. */
const [FIRST, END] = [Date.UTC(1000, 0), Date.UTC(10_000, 0)];

/** Converts a property from text. Text that cannot be parsed stays text, and fails validation. */
export function InstantValue(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }) => readInstant(value), { toClassOnly: true }),
    IsDate({ message: '$property must be an instant with a time zone (2026-11-24T12:00:00Z) that exists' }),
  );
}

/** The instant of a text. A value that is no text, or cannot be parsed, is returned as it is. */
export function readInstant(value: unknown): unknown {
  return typeof value === 'string' ? (parseInstant(value) ?? value) : value;
}

/** Undefined unless the text is an instant of the years 1000 to 9999. A leap second counts as the second before it. */
export function parseInstant(text: string): Date | undefined {
  const [, day, time = '', second = '', fraction = '', zone = ''] = PATTERN.exec(text) ?? [];
  if (day === undefined) return undefined;
  try {
    CalendarDate.parse(day);
  } catch {
    return undefined;
  }
  const instant = new Date(`${day}T${time}${second === '60' ? '59' : second}${fraction}${zone.toUpperCase()}`);
  return instant.getTime() >= FIRST && instant.getTime() < END ? instant : undefined;
}
