import { InvalidArgumentError } from 'commander';
import { CalendarDate } from '../time/calendar-date.js';

// What commander is to make of the text of an option. It names the option when there is an error.

export function readUrl(text: string): string {
  try {
    return new URL(text).href;
  } catch {
    throw new InvalidArgumentError('it must be a URL.');
  }
}

export function readDate(text: string): CalendarDate {
  try {
    return CalendarDate.parse(text);
  } catch {
    throw new InvalidArgumentError('it must be a date (YYYY-MM-DD) that exists.');
  }
}

export function readCount(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('it must be a whole number.');
  return Number(text);
}
