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

const declarations = new Map<string, ReportTypeDeclaration>();
const byClass = new WeakMap<object, ReportTypeDeclaration>();

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
  const declaration = byClass.get(reportClass);
  if (!declaration) throw new TypeError(`${reportClass.name} is not declared as a report type`);
  return declaration;
}

/** Undefined when no type has the id. */
export function findReportType(id: string): ReportTypeDeclaration | undefined {
  return declarations.get(id);
}

/** Every report type of the service, those that the API does not show included. */
export function reportTypes(): ReportTypeDeclaration[] {
  return [...declarations.values()];
}

function declare(
  reportClass: ReportClass,
  options: ReportTypeOptions,
  period: ReportTypeDeclaration['period'],
  cycleField: ReportTypeDeclaration['cycleField'],
): void {
  const { id, description, uniqueFields = [] } = options;
  if (!/^[a-z][a-z0-9_]*$/.test(id)) throw new TypeError(`"${id}" cannot be the id of a report type`);
  if (declarations.has(id)) throw new TypeError(`two report types have the id "${id}"`);
  const declaration = { id, description, uniqueFields, reportClass, period, cycleField };
  declarations.set(id, declaration);
  byClass.set(reportClass, declaration);
}
