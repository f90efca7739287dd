import { DateField, InstantField, MonthField } from '../fields/field.js';
import { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';
import { reportTypeOf } from './report-type.js';
import { shortHash } from './short-hash.js';

/** The day or month that a report covers. */
export type Cycle = CalendarDate | YearMonth;

/** The fields of a new report: all declared fields except `timestamp`, which is set when the report is saved. */
export type ReportFields<R extends Report> = { [K in keyof R as K extends keyof Report ? never : K]: R[K] };

/**
 * Figures about one cycle. A subclass declares its fields, and its type with `@DailyReportType` or `@MonthlyReportType`.
 */
export abstract class Report {
  @InstantField('When the report was created')
  timestamp: Date;

  abstract get cycle(): Cycle;

  /** Derived from the type, the cycle and the unique fields, so that saving the report again replaces it. */
  get id(): string {
    const { id, uniqueFields } = reportTypeOf(this);
    const values = uniqueFields.map((name) => (this as unknown as Record<string, unknown>)[name]);
    const key = JSON.stringify([id, this.cycle, ...values]);
    return shortHash(key);
  }

  static of<R extends Report>(this: new () => R, fields: ReportFields<R>): R {
    return Object.assign(new this(), fields);
  }
}

export abstract class DailyReport extends Report {
  @DateField('The day that the report covers')
  report_date: CalendarDate;

  get cycle(): CalendarDate {
    return this.report_date;
  }
}

export abstract class MonthlyReport extends Report {
  @MonthField('The month that the report covers')
  report_yearmonth: YearMonth;

  get cycle(): YearMonth {
    return this.report_yearmonth;
  }
}
