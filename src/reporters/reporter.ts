import type { Cycle, DailyReport, MonthlyReport, Report } from '../model/report.js';
import { type ReportClass, reportTypeOf } from '../model/report-type.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { YearMonth } from '../time/year-month.js';

/** For `@Cron`: 06:00 every day, for the day before. */
export const DAILY_SCHEDULE = '0 0 6 * * *';
/** For `@Cron`: 06:30 on the second of every month, for the month before. */
export const MONTHLY_SCHEDULE = '0 30 6 2 * *';
/** For `@Cron`. */
export const UTC = { timeZone: 'UTC' };

/** What daily and monthly reporters have in common. Extend one of these two. */
export abstract class Reporter<R extends Report = Report> {
  /** The type of report that it makes, by whose id it is known. */
  abstract readonly reportType: ReportClass<R>;

  /**
   * Whether its reports build on those of earlier cycles: when one of these has failed, later ones wait for it; when one
   * is made again, so are they, as far back as missed cycles are caught up.
   */
  readonly isCumulative: boolean = false;

  private readonly listeners: (() => void)[] = [];

  get id(): string {
    return reportTypeOf(this.reportType).id;
  }

  /** Why it cannot run here, whatever the cycle; undefined when it can. */
  get unavailable(): string | undefined {
    return undefined;
  }

  /**
   * The reports about a cycle; in the same order each time when there is a `keyOf`.
   * @param continueAfter the key of the last report that was saved before the run was cut off: leave out all up to it
   * @param signal aborted when the run is cut off; heed it where making the reports takes long
   */
  abstract report(cycle: Cycle, continueAfter?: string, signal?: AbortSignal): AsyncIterable<R>;

  /**
   * Implement it where `report` heeds `continueAfter`: the key after which to go on when a run was cut off after this
   * report. The runs of a reporter without it begin anew.
   */
  keyOf?(report: R): string;

  /** Implement it where something is to follow when a report was saved. It may be called again for the same report. */
  afterSave?(report: R): Promise<void>;

  /** Implement it to say why there can be no reports about a cycle. */
  unsupportedReason?(cycle: Cycle): string | undefined;

  onDue(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Override it with `@Cron(…, UTC)` to say when the reporter runs: first at or after the end of a cycle, about that. */
  due(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Makes reports about days. */
export abstract class DailyReporter<R extends DailyReport = DailyReport> extends Reporter<R> {
  abstract override report(date: CalendarDate, continueAfter?: string, signal?: AbortSignal): AsyncIterable<R>;
}

/** Makes reports about months. */
export abstract class MonthlyReporter<R extends MonthlyReport = MonthlyReport> extends Reporter<R> {
  abstract override report(yearMonth: YearMonth, continueAfter?: string, signal?: AbortSignal): AsyncIterable<R>;
}
