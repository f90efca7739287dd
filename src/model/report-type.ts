import type { DailyReport, MonthlyReport, Report } from './report.js';

export interface ReportTypeOptions {
  /** The name of the type in the API: lower-case letters, digits and underscores, such as `download_count`. */
  readonly id: string;
  readonly description: string;
  /** The fields that, with the cycle, identify a report. Saving a report again replaces the one with the same values. */
  readonly uniqueFields?: readonly string[];
}

export type ReportClass<R extends Report = Report> = new () => R;

export interface ReportTypeDeclaration {
  readonly id: string;
  readonly description: string;
  readonly uniqueFields: readonly string[];
  readonly reportClass: ReportClass;
  readonly period: 'daily' | 'monthly';
  /** The field that holds the cycle. */
  readonly cycleField: 'report_date' | 'report_yearmonth';
}

const declarationOfClass = new WeakMap<object, ReportTypeDeclaration>();

/** Declares a subclass of `DailyReport` as a report type. */
export function DailyReportType(options: ReportTypeOptions): (reportClass: ReportClass<DailyReport>) => void {
  return (reportClass) => declare(reportClass, options, 'daily', 'report_date');
}

/** Declares a subclass of `MonthlyReport` as a report type. */
export function MonthlyReportType(options: ReportTypeOptions): (reportClass: ReportClass<MonthlyReport>) => void {
  return (reportClass) => declare(reportClass, options, 'monthly', 'report_yearmonth');
}

/** The declaration of a report class or of the class of a report. @throws TypeError when the class declares none */
export function reportTypeOf(report: Report | ReportClass): ReportTypeDeclaration {
  const reportClass = typeof report === 'function' ? report : report.constructor;
  const declaration = declarationOfClass.get(reportClass);
  if (!declaration) throw new TypeError(`${reportClass.name} is not declared as a report type`);
  return declaration;
}

function declare(
  reportClass: ReportClass,
  options: ReportTypeOptions,
  period: ReportTypeDeclaration['period'],
  cycleField: ReportTypeDeclaration['cycleField'],
): void {
  const { id, description, uniqueFields = [] } = options;
  if (!/^[a-z][a-z0-9_]*$/.test(id)) throw new TypeError(`"${id}" is not a valid id of a report type`);
  declarationOfClass.set(reportClass, { id, description, uniqueFields, reportClass, period, cycleField });
}
