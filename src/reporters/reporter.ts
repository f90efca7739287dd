import type { Cycle, DailyReport, MonthlyReport, Report } from '../model/report.js';
import { type ReportClass, reportTypeOf } from '../model/report-type.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { YearMonth } from '../time/year-month.js';

/** Token of a list of daily reporters. Any module may provide one; the service runs the reporters of all lists. */
export const DAILY_REPORTERS = Symbol('DAILY_REPORTERS');
/** Token of a list of monthly reporters. Any module may provide one; the service runs the reporters of all lists. */
export const MONTHLY_REPORTERS = Symbol('MONTHLY_REPORTERS');

/** Cron expression, seconds first: 06:00 every day, for the previous day. */
export const DAILY_SCHEDULE = '0 0 6 * * *';
/** Cron expression, seconds first: 06:30 on the 2nd of every month, for the previous month. */
export const MONTHLY_SCHEDULE = '0 30 6 2 * *';
/** Option for `@Cron`. */
export const UTC = { timeZone: 'UTC' };

/** A cycle that has data to report. */
export interface CycleWithData {
  readonly cycle: Cycle;
  /** When its data changed last. */
  readonly changedAt: Date;
  /** Whether its data changed in a way that no report contains yet. */
  readonly isPending: boolean;
}

/** Builds reports of one type for one cycle. Extend `DailyReporter` or `MonthlyReporter`. */
export abstract class Reporter<R extends Report = Report> {
  /** The class of its reports. The reporter has the id of this report type. */
  abstract readonly reportType: ReportClass<R>;

  /**
   * Whether its reports build on the reports of earlier cycles. If so, later cycles wait while an earlier one has failed,
   * and run again after an earlier one was rerun (as far back as missed cycles are caught up).
   */
  readonly isCumulative: boolean = false;

  /**
   * The id of a reporter whose reports this one reads. It runs for a cycle when that reporter has succeeded for it, and again
   * when that reporter has run again; not by its own schedule.
   */
  readonly follows: string | undefined = undefined;

  private readonly listeners: (() => void)[] = [];

  get id(): string {
    return reportTypeOf(this.reportType).id;
  }

  /** Why the reporter cannot run in this installation, for any cycle; undefined if it can. */
  get unavailable(): string | undefined {
    return undefined;
  }

  /**
   * Builds the reports of a cycle, in a stable order if the reporter has `keyOf`.
   *
   * @param continueAfter key of the last report that an interrupted run saved: skip the reports up to and including it
   * @param signal aborted when the run is interrupted; pass it on to operations that take long
   */
  abstract report(cycle: Cycle, continueAfter?: string, signal?: AbortSignal): AsyncIterable<R>;

  /**
   * The key of a report, after which an interrupted run resumes. Implement it if `report` uses `continueAfter`; without
   * it, interrupted runs start again.
   */
  keyOf?(report: R): string;

  /** Follow-up work for each saved report. It may be called more than once for the same report. */
  afterSave?(report: R): Promise<void>;

  /**
   * The ended cycles that have data, oldest first. Implement it if data can arrive late: every cycle is then run that was
   * never run, or whose data changed since, however old it is. Without it, the cycles of the schedule are run.
   */
  findCyclesWithData?(): Promise<readonly CycleWithData[]>;

  /** Why a cycle can have no reports; undefined if it can. */
  unsupportedReason?(cycle: Cycle): string | undefined;

  onDue(listener: () => void): void {
    this.listeners.push(listener);
  }

  /**
   * Override it with `@Cron(…, { name: '<id of the reporter>', ...UTC })` to declare the schedule. A cycle is due at the
   * first time of the schedule at or after its end.
   */
  due(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Builds reports for one day. */
export abstract class DailyReporter<R extends DailyReport = DailyReport> extends Reporter<R> {
  abstract override report(date: CalendarDate, continueAfter?: string, signal?: AbortSignal): AsyncIterable<R>;
}

/** Builds reports for one month. */
export abstract class MonthlyReporter<R extends MonthlyReport = MonthlyReport> extends Reporter<R> {
  abstract override report(yearMonth: YearMonth, continueAfter?: string, signal?: AbortSignal): AsyncIterable<R>;
}
