import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { DailyReport, MonthlyReport } from '../../model/report.js';
import type { OsfColumns } from '../../osf/osf-schema.js';
import type { CalendarDate } from '../../time/calendar-date.js';
import type { YearMonth } from '../../time/year-month.js';
import { DailyReporter, MonthlyReporter } from '../reporter.js';
import { type OsfQuery, OsfQueryRunner } from './osf-query-runner.js';

/** Builds daily reports with one query of the OSF's database. The columns of the result are the fields of the report. */
@Injectable()
export abstract class OsfDailyReporter<R extends DailyReport> extends DailyReporter<R> implements OnModuleInit {
  /** The columns that the query reads, for the schema check and docs/osf-role.sql. */
  abstract readonly columns: readonly OsfColumns[];

  constructor(private readonly osf: OsfQueryRunner) {
    super();
  }

  override get unavailable(): string | undefined {
    return this.osf.unavailable;
  }

  async onModuleInit(): Promise<void> {
    await this.osf.checkColumns(this.columns);
  }

  async *report(date: CalendarDate, _continueAfter?: string, signal?: AbortSignal): AsyncIterable<R> {
    for await (const row of this.osf.select(this.query(date), signal)) {
      yield Object.assign(new this.reportType(), { report_date: date }, row);
    }
  }

  protected abstract query(date: CalendarDate): OsfQuery;
}

/** Builds monthly reports with one query of the OSF's database, like `OsfDailyReporter`. */
@Injectable()
export abstract class OsfMonthlyReporter<R extends MonthlyReport> extends MonthlyReporter<R> implements OnModuleInit {
  /** The columns that the query reads, for the schema check and docs/osf-role.sql. */
  abstract readonly columns: readonly OsfColumns[];

  constructor(protected readonly osf: OsfQueryRunner) {
    super();
  }

  override get unavailable(): string | undefined {
    return this.osf.unavailable;
  }

  async onModuleInit(): Promise<void> {
    await this.osf.checkColumns(this.columns);
  }

  async *report(yearMonth: YearMonth, _continueAfter?: string, signal?: AbortSignal): AsyncIterable<R> {
    for await (const row of this.osf.select(this.query(yearMonth), signal)) {
      yield Object.assign(new this.reportType(), { report_yearmonth: yearMonth }, row);
    }
  }

  protected abstract query(yearMonth: YearMonth): OsfQuery;
}
