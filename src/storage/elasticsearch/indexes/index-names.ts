import type { Cycle } from '../../../model/report.js';
import { type ReportClass, reportTypeOf } from '../../../model/report-type.js';
import type { CalendarDate } from '../../../time/calendar-date.js';
import type { TimeRange } from '../../../time/time-range.js';
import { YearMonth } from '../../../time/year-month.js';

/** A longer time range is searched with a wildcard. */
const MAX_NAMED_MONTHS = 24;
/** More than the clock of a client that sends usages is ever ahead. */
const CLOCK_SKEW_MILLISECONDS = 3_600_000;

/** The names of all indexes, which share one prefix. */
export class IndexNames {
  constructor(private readonly prefix: string) {}

  /** A pattern that matches every index of the service. */
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

  /** The index of the months that have usages. */
  get usageMonths(): string {
    return `${this.prefix}-usage-months`;
  }

  get allMonthlyUsage(): string {
    return `${this.prefix}-monthly-usage-*`;
  }

  /** The index of the monthly aggregate for the year of the month. */
  monthlyUsageOf(month: YearMonth): string {
    return `${this.prefix}-monthly-usage-${month.toString().slice(0, 4)}`;
  }

  get leases(): string {
    return `${this.prefix}-leases`;
  }

  get allSessionKeys(): string {
    return `${this.prefix}-session-key-*`;
  }

  /** The index of the key of a day. */
  sessionKey(date: CalendarDate): string {
    return `${this.prefix}-session-key-${date.toString()}`;
  }

  /** The index of the keys of other days that were made on a day. */
  sessionKeysMadeOn(day: CalendarDate): string {
    return `${this.prefix}-session-key-made-${day.toString()}`;
  }

  usagesOf(month: YearMonth): string {
    return `${this.prefix}-usages-${month.toString()}`;
  }

  /** The index of usages for the month of the instant. */
  usagesAt(instant: Date): string {
    return this.usagesOf(YearMonth.at(instant));
  }

  /** The month of an index of usages; undefined for any other index. */
  monthOf(index: string): YearMonth | undefined {
    const text = /-usages-(\d{4}-\d{2})$/.exec(index)?.[1];
    return text !== undefined && index === `${this.prefix}-usages-${text}` ? YearMonth.parse(text) : undefined;
  }

  /** The indexes that can contain usages of the time range. Some may not exist. */
  usagesWithin({ start, end }: TimeRange, now: Date): string[] {
    const latest = new Date(now.getTime() + CLOCK_SKEW_MILLISECONDS);
    const last = YearMonth.at(end && end < latest ? new Date(end.getTime() - 1) : latest);
    const first = start && YearMonth.at(start);
    if (!first || last.compare(first) >= MAX_NAMED_MONTHS) return [this.allUsages];
    const months = Array.from({ length: Math.max(0, last.compare(first)) + 1 }, (_, index) => first.plusMonths(index));
    return months.map((month) => this.usagesOf(month));
  }

  /** The index of reports of one type for the year of the cycle. */
  reportsOf(reportClass: ReportClass, cycle: Cycle): string {
    return `${this.prefix}-reports-${reportTypeOf(reportClass).id}-${cycle.toString().slice(0, 4)}`;
  }

  allReportsOf(reportClass: ReportClass): string {
    return `${this.prefix}-reports-${reportTypeOf(reportClass).id}-*`;
  }
}
