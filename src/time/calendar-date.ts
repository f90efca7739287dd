const PATTERN = /^(\d{4})-(\d{2})-(\d{2})$/;
const MILLISECONDS_PER_DAY = 86_400_000;

/** A calendar day in UTC: `2026-11-24`. */
export class CalendarDate {
  /** Days since 1970-01-01. */
  private constructor(private readonly dayNumber: number) {}

  /** @throws RangeError unless the text is an existing day of the years 0001 to 9999 */
  static parse(text: string): CalendarDate {
    const match = PATTERN.exec(text);
    const instant = match ? new Date(`${text}T00:00:00.000Z`) : undefined;
    if (
      !instant ||
      match?.[1] === '0000' ||
      Number.isNaN(instant.getTime()) ||
      !instant.toISOString().startsWith(text)
    ) {
      throw new RangeError(`"${text}" is not a date (YYYY-MM-DD)`);
    }
    return CalendarDate.at(instant);
  }

  /** The day of an instant. */
  static at(instant: Date): CalendarDate {
    return new CalendarDate(Math.floor(instant.getTime() / MILLISECONDS_PER_DAY));
  }

  /** The day's first instant. */
  start(): Date {
    return new Date(this.dayNumber * MILLISECONDS_PER_DAY);
  }

  /** The first instant after the day. */
  end(): Date {
    return this.plusDays(1).start();
  }

  plusDays(days: number): CalendarDate {
    return new CalendarDate(this.dayNumber + days);
  }

  /** The number of days from the other day to this one; negative when this day is earlier. */
  compare(other: CalendarDate): number {
    return this.dayNumber - other.dayNumber;
  }

  equals(other: CalendarDate): boolean {
    return this.compare(other) === 0;
  }

  toString(): string {
    return this.start().toISOString().slice(0, 10);
  }

  toJSON(): string {
    return this.toString();
  }
}
