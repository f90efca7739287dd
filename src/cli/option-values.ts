import { InvalidArgumentError } from 'commander';
import { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';

// Parsers for option values. Commander puts the name of the option before the error message.

export function parseUrl(text: string): string {
  try {
    return new URL(text).href;
  } catch {
    throw new InvalidArgumentError('It must be a URL.');
  }
}

export function parseDate(text: string): CalendarDate {
  try {
    return CalendarDate.parse(text);
  } catch {
    throw new InvalidArgumentError('It must be a date (YYYY-MM-DD) that exists.');
  }
}

export function parseMonth(text: string): YearMonth {
  try {
    return YearMonth.parse(text);
  } catch {
    throw new InvalidArgumentError('It must be a month (YYYY-MM).');
  }
}

export function parseCount(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
