import type { DailyReport, MonthlyReport, Report } from './report.js';

/** What the API calls a report class, and which of its fields, besides the cycle, tell one report from another. */
export interface ReportTypeOptions {
  /** `download_count`: lower case, digits and underscores. */
  readonly id: string;
  readonly description: string;
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

/** Makes a subclass of `DailyReport` or `MonthlyReport` a type of report with an id of its own. */
export function DailyReportType(options: ReportTypeOptions): (reportClass: ReportClass<DailyReport>) => void {
  return (reportClass) => declare(reportClass, options, 'daily', 'report_date');
}

/** As `DailyReportType`, for a subclass of `MonthlyReport`. */
export function MonthlyReportType(options: ReportTypeOptions): (reportClass: ReportClass<MonthlyReport>) => void {
  return (reportClass) => declare(reportClass, options, 'monthly', 'report_yearmonth');
}

/** The declaration of a report, or of its class. */
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
  if (!/^[a-z][a-z0-9_]*$/.test(id)) throw new TypeError(`"${id}" cannot be the id of a report type`);
  declarationOfClass.set(reportClass, { id, description, uniqueFields, reportClass, period, cycleField });
}
