import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { DailyReport, MonthlyReport } from '../../model/report.js';
import type { OsfColumns } from '../../osf/osf-schema.js';
import type { CalendarDate } from '../../time/calendar-date.js';
import type { YearMonth } from '../../time/year-month.js';
import { DailyReporter, MonthlyReporter } from '../reporter.js';
import { OsfQueryRunner, type OsfStatement } from './osf-query-runner.js';

/** Makes the reports of a day by one query of the OSF's database, whose columns are the fields of a report. */
@Injectable()
export abstract class OsfDailyReporter<R extends DailyReport> extends DailyReporter<R> implements OnModuleInit {
  /** What the query reads. */
  abstract readonly columns: readonly OsfColumns[];

  constructor(private readonly osf: OsfQueryRunner) {
    super();
  }

  override get unavailable(): string | undefined {
    return this.osf.unavailable;
  }

  async onModuleInit(): Promise<void> {
    await this.osf.check(this.columns);
  }

  async *report(date: CalendarDate, _continueAfter?: string, signal?: AbortSignal): AsyncIterable<R> {
    for await (const row of this.osf.rows(this.statement(date), signal)) {
      yield Object.assign(new this.reportType(), { report_date: date }, row);
    }
  }

  protected abstract statement(date: CalendarDate): OsfStatement;
}

/** As `OsfDailyReporter`, of a month. */
@Injectable()
export abstract class OsfMonthlyReporter<R extends MonthlyReport> extends MonthlyReporter<R> implements OnModuleInit {
  /** What the query reads. */
  abstract readonly columns: readonly OsfColumns[];

  constructor(protected readonly osf: OsfQueryRunner) {
    super();
  }

  override get unavailable(): string | undefined {
    return this.osf.unavailable;
  }

  async onModuleInit(): Promise<void> {
    await this.osf.check(this.columns);
  }

  async *report(yearMonth: YearMonth, _continueAfter?: string, signal?: AbortSignal): AsyncIterable<R> {
    for await (const row of this.osf.rows(this.statement(yearMonth), signal)) {
      yield Object.assign(new this.reportType(), { report_yearmonth: yearMonth }, row);
    }
  }

  protected abstract statement(yearMonth: YearMonth): OsfStatement;
}
