import { DateField, InstantField, MonthField } from '../fields/field.js';
import { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';
import { reportTypeOf } from './report-type.js';
import { shortHash } from './short-hash.js';

/** The day or month that a report covers. */
export type Cycle = CalendarDate | YearMonth;

/** What a new report is made of: every declared field but `timestamp`, which is set when it is saved. */
export type ReportFields<R extends Report> = { [K in keyof R as K extends keyof Report ? never : K]: R[K] };

/** A saved, typed record about one cycle. Subclasses declare their fields and carry `@ReportType`. */
export abstract class Report {
  @InstantField('When the report was made')
  timestamp: Date;

  abstract get cycle(): Cycle;

  /** Made of the type, the cycle and the unique fields, so that saving the same report again replaces it. */
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
