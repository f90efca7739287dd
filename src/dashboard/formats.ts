import { LRUCache } from 'lru-cache';
import type { CalendarDate } from '../time/calendar-date.js';
import { periodAfter, type TimeBucket } from '../time/periods.js';
import type { ChartRow } from './chart.js';

const DEFAULT_LOCALE = 'en';
const MAX_HEADER_LENGTH = 200;
const MAX_CACHED_LOCALES = 50;
const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const BYTES_PER_UNIT = 1_000;
const MILLISECONDS_PER_HOUR = 3_600_000;

export type ChartLabels = Readonly<Pick<ChartRow, 'label' | 'shortLabel' | 'isUnfinished'>>;

/** Writes numbers and dates as they are written in one locale. */
export class Formats {
  private static readonly cache = new LRUCache<string, Formats>({ max: MAX_CACHED_LOCALES });

  private readonly numbers: Intl.NumberFormat;
  private readonly percents: Intl.NumberFormat;
  private readonly dates: Record<
    'day' | 'instant' | 'month' | 'shortDay' | 'shortMonth' | 'weekday',
    Intl.DateTimeFormat
  >;

  private readonly hours: Intl.DateTimeFormat;

  private constructor(readonly locale: string) {
    this.numbers = new Intl.NumberFormat(locale);
    this.percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
    const dates = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
      new Intl.DateTimeFormat(locale, { ...options, calendar: 'gregory', timeZone: 'UTC' });
    this.hours = dates({ hour: 'numeric' });
    this.dates = {
      day: dates({ day: 'numeric', month: 'short', year: 'numeric' }),
      instant: dates({ dateStyle: 'medium', timeStyle: 'short' }),
      month: dates({ month: 'long', year: 'numeric' }),
      shortDay: dates({ day: 'numeric', month: 'short' }),
      shortMonth: dates({ month: 'short', year: '2-digit' }),
      weekday: dates({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }),
    };
  }

  /** The formats of the first language in `Accept-Language` that is known; otherwise English. */
  static of(acceptLanguage: string | undefined): Formats {
    const locale = chooseLocale(acceptLanguage);
    const cached = Formats.cache.get(locale);
    if (cached) return cached;
    const formats = new Formats(locale);
    Formats.cache.set(locale, formats);
    return formats;
  }

  number(value: number): string {
    return this.numbers.format(value);
  }

  /** `0.125` as `13%`. */
  percent(share: number): string {
    return this.percents.format(share);
  }

  day(date: CalendarDate): string {
    return this.dates.day.format(date.start());
  }

  /** A day and a time of the day. */
  instant(instant: Date): string {
    return this.dates.instant.format(instant);
  }

  /** `3 days` */
  days(count: number): string {
    return this.unit(count, 'day');
  }

  /** `1.5 GB` */
  bytes(count: number): string {
    const power = BYTE_UNITS.findLastIndex((_, index) => count >= BYTES_PER_UNIT ** index);
    const index = Math.max(0, power);
    return this.unit(count / BYTES_PER_UNIT ** index, BYTE_UNITS[index] ?? 'byte');
  }

  private unit(value: number, unit: string): string {
    const unitDisplay = unit === 'day' || unit === 'byte' ? 'long' : 'short';
    return new Intl.NumberFormat(this.locale, {
      style: 'unit',
      unit,
      unitDisplay,
      maximumFractionDigits: value < 10 ? 1 : 0,
    }).format(value);
  }

  /** The name of a day, week or month, by its first day. */
  period(first: CalendarDate, bucket: TimeBucket): string {
    const format = { day: this.dates.weekday, week: this.dates.day, month: this.dates.month }[bucket];
    return format.format(first.start());
  }

  /** The labels of a day, week or month in a chart. */
  chartLabels(first: CalendarDate, bucket: TimeBucket, today: CalendarDate): ChartLabels {
    return {
      label: this.period(first, bucket),
      shortLabel: this.shortPeriod(first, bucket),
      isUnfinished: periodAfter(first, bucket).compare(today) > 0,
    };
  }

  /** An hour of the day, counted from 0. */
  hour(hour: number): string {
    return this.hours.format(new Date(hour * MILLISECONDS_PER_HOUR));
  }

  /** The name of a day, week or month in little space. */
  shortPeriod(first: CalendarDate, bucket: TimeBucket): string {
    return (bucket === 'month' ? this.dates.shortMonth : this.dates.shortDay).format(first.start());
  }
}

function chooseLocale(acceptLanguage = ''): string {
  const tags = acceptLanguage.slice(0, MAX_HEADER_LENGTH).split(',');
  const locales = tags.map((tag) => findLocale(tag.split(';', 1).join('').trim()));
  return locales.find((locale) => locale !== undefined) ?? DEFAULT_LOCALE;
}

/** The locale without extensions, such as another calendar. */
function findLocale(tag: string): string | undefined {
  try {
    const { baseName } = new Intl.Locale(tag);
    return Intl.NumberFormat.supportedLocalesOf(baseName)[0];
  } catch {
    return undefined;
  }
}
