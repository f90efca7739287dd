import type { Cycle } from '../../model/report.js';
import { type ReportClass, reportTypeOf } from '../../model/report-type.js';
import type { CalendarDate } from '../../time/calendar-date.js';
import type { TimeRange } from '../../time/time-range.js';
import { YearMonth } from '../../time/year-month.js';

/** More months than this are named by a pattern. */
const MOST_MONTHS_NAMED = 24;
/** How far the clock of a client that sends usages may be ahead, and more. */
const CLOCK_SKEW_MILLISECONDS = 3_600_000;

/** What the indexes are called: all of them begin with one prefix. */
export class IndexNames {
  constructor(private readonly prefix: string) {}

  /** A pattern for all of them. */
  get all(): string {
    return `${this.prefix}-*`;
  }

  get allUsages(): string {
    return `${this.prefix}-usages-*`;
  }

  get items(): string {
    return `${this.prefix}-items`;
  }

  get runs(): string {
    return `${this.prefix}-runs`;
  }

  get moderations(): string {
    return `${this.prefix}-registries-moderation`;
  }

  get leases(): string {
    return `${this.prefix}-leases`;
  }

  get allSessionKeys(): string {
    return `${this.prefix}-session-key-*`;
  }

  sessionKey(date: CalendarDate): string {
    return `${this.prefix}-session-key-${date.toString()}`;
  }

  /** The index of the month in which a usage happened. */
  usagesAt(instant: Date): string {
    return this.usagesOf(YearMonth.at(instant));
  }

  /** The month of an index of usages; undefined for any other index. */
  monthOf(index: string): YearMonth | undefined {
    const text = /-usages-(\d{4}-\d{2})$/.exec(index)?.[1];
    return text !== undefined && index === `${this.prefix}-usages-${text}` ? YearMonth.parse(text) : undefined;
  }

  /** Those in which usages of the time range can be, whether they exist or not. */
  usagesWithin({ start, end }: TimeRange, now: Date): string[] {
    const latest = new Date(now.getTime() + CLOCK_SKEW_MILLISECONDS);
    const last = YearMonth.at(end && end < latest ? new Date(end.getTime() - 1) : latest);
    const first = start && YearMonth.at(start);
    if (!first || last.compare(first) >= MOST_MONTHS_NAMED) return [this.allUsages];
    const months = Array.from({ length: Math.max(0, last.compare(first)) + 1 }, (_, index) => first.plusMonths(index));
    return months.map((month) => this.usagesOf(month));
  }

  /** The index of the year in which the cycle of a report lies. */
  reportsOf(reportClass: ReportClass, cycle: Cycle): string {
    return `${this.prefix}-reports-${reportTypeOf(reportClass).id}-${cycle.toString().slice(0, 4)}`;
  }

  allReportsOf(reportClass: ReportClass): string {
    return `${this.prefix}-reports-${reportTypeOf(reportClass).id}-*`;
  }

  private usagesOf(month: YearMonth): string {
    return `${this.prefix}-usages-${month.toString()}`;
  }
}
