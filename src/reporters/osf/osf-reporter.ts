import { Injectable } from '@nestjs/common';
import { OsfDatabase } from '../../osf/osf-database.js';
import type { DailyReport, MonthlyReport } from '../../reports/report.js';
import type { CalendarDate } from '../../time/calendar-date.js';
import type { YearMonth } from '../../time/year-month.js';
import { DailyReporter, MonthlyReporter } from '../reporter.js';

/** A query of the OSF's database. */
export interface OsfStatement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Makes the reports of a day by one query, whose columns are the fields of a report. */
@Injectable()
export abstract class OsfDailyReporter<R extends DailyReport> extends DailyReporter<R> {
  constructor(private readonly database: OsfDatabase) {
    super();
  }

  override get unavailable(): string | undefined {
    return unavailableWithout(this.database);
  }

  async *report(date: CalendarDate, _continueAfter?: string, signal?: AbortSignal): AsyncIterable<R> {
    for await (const row of rows(this.database, this.statement(date), signal)) {
      yield Object.assign(new this.reportType(), { report_date: date }, row);
    }
  }

  protected abstract statement(date: CalendarDate): OsfStatement;
}

/** As `OsfDailyReporter`, of a month. */
@Injectable()
export abstract class OsfMonthlyReporter<R extends MonthlyReport> extends MonthlyReporter<R> {
  constructor(private readonly database: OsfDatabase) {
    super();
  }

  override get unavailable(): string | undefined {
    return unavailableWithout(this.database);
  }

  async *report(yearMonth: YearMonth, _continueAfter?: string, signal?: AbortSignal): AsyncIterable<R> {
    for await (const row of rows(this.database, this.statement(yearMonth), signal)) {
      yield Object.assign(new this.reportType(), { report_yearmonth: yearMonth }, row);
    }
  }

  protected abstract statement(yearMonth: YearMonth): OsfStatement;
}

/** Why a reporter that needs the OSF's database cannot run without one. */
export function unavailableWithout({ isConfigured }: OsfDatabase): string | undefined {
  return isConfigured ? undefined : 'needs the OSF’s database (OSF_DATABASE_URL)';
}

function rows(database: OsfDatabase, { sql, values }: OsfStatement, signal?: AbortSignal): AsyncIterable<object> {
  return database.inSnapshot(
    async function* (snapshot) {
      yield* await snapshot.select(sql, values);
    },
    { signal },
  );
}
