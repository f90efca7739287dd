import { CalendarDate } from './calendar-date.js';

const PATTERN = /^(\d{4})-(\d{2})$/;

/** A calendar month in UTC: `2026-11`. */
export class YearMonth {
  /** Months since the start of the year 0. */
  private constructor(private readonly monthNumber: number) {}

  /** @throws RangeError unless the text is a month of the years 0001 to 9999 */
  static parse(text: string): YearMonth {
    const match = PATTERN.exec(text);
    const [year, month] = [Number(match?.[1]), Number(match?.[2])];
    if (!match || year < 1 || month < 1 || month > 12) throw new RangeError(`"${text}" is not a month (YYYY-MM)`);
    return new YearMonth(year * 12 + month - 1);
  }

  /** The month of an instant. */
  static at(instant: Date): YearMonth {
    return new YearMonth(instant.getUTCFullYear() * 12 + instant.getUTCMonth());
  }

  /** The month of a day. */
  static of(date: CalendarDate): YearMonth {
    return YearMonth.at(date.start());
  }

  firstDay(): CalendarDate {
    const year = Math.floor(this.monthNumber / 12);
    return CalendarDate.at(new Date(new Date(0).setUTCFullYear(year, this.monthNumber - year * 12, 1)));
  }

  /** The month's first instant. */
  start(): Date {
    return this.firstDay().start();
  }

  /** The first instant after the month. */
  end(): Date {
    return this.plusMonths(1).start();
  }

  plusMonths(months: number): YearMonth {
    return new YearMonth(this.monthNumber + months);
  }

  /** The number of months from the other month to this one; negative when this month is earlier. */
  compare(other: YearMonth): number {
    return this.monthNumber - other.monthNumber;
  }

  equals(other: YearMonth): boolean {
    return this.compare(other) === 0;
  }

  toString(): string {
    const year = String(Math.floor(this.monthNumber / 12)).padStart(4, '0');
    return `${year}-${String((this.monthNumber % 12) + 1).padStart(2, '0')}`;
  }

  toJSON(): string {
    return this.toString();
  }
}
