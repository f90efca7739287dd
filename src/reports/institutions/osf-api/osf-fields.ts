import type { MonthlyReport } from '../../../model/report.js';
import type { MonthlyInstitutionSummaryReport } from '../../monthly/institution-summary.js';
import type { MonthlyInstitutionalUserReport } from '../../monthly/institutional-user.js';

/** The attributes of a resource of the OSF's API, each with the field of the report that holds its value. */
export type OsfFields<R extends MonthlyReport> = Readonly<Record<string, Extract<keyof R, string>>>;

export const USER_FIELDS = {
  report_yearmonth: 'report_yearmonth',
  user_name: 'user_name',
  department: 'department_name',
  orcid_id: 'orcid_id',
  month_last_login: 'month_last_login',
  month_last_active: 'month_last_active',
  account_creation_date: 'account_creation_date',
  public_projects: 'public_project_count',
  private_projects: 'private_project_count',
  public_registration_count: 'public_registration_count',
  embargoed_registration_count: 'embargoed_registration_count',
  published_preprint_count: 'published_preprint_count',
  public_file_count: 'public_file_count',
  storage_byte_count: 'storage_byte_count',
} as const satisfies OsfFields<MonthlyInstitutionalUserReport>;

export const SUMMARY_FIELDS = {
  report_yearmonth: 'report_yearmonth',
  user_count: 'user_count',
  public_project_count: 'public_project_count',
  private_project_count: 'private_project_count',
  public_registration_count: 'public_registration_count',
  embargoed_registration_count: 'embargoed_registration_count',
  published_preprint_count: 'published_preprint_count',
  public_file_count: 'public_file_count',
  storage_byte_count: 'storage_byte_count',
  monthly_logged_in_user_count: 'monthly_logged_in_user_count',
  monthly_active_user_count: 'monthly_active_user_count',
} as const satisfies OsfFields<MonthlyInstitutionSummaryReport>;

const FILTERED_FIELDS: ReadonlyMap<string, string> = new Map(Object.entries(USER_FIELDS));

const SORTED_FIELDS: ReadonlyMap<string, string> = new Map([
  ...FILTERED_FIELDS,
  // Names that angular-osf sends, after the columns of its table of users.
  ['total_data_stored', USER_FIELDS.storage_byte_count],
  ['month_las_login', USER_FIELDS.month_last_login],
]);

export function toAttributes<R extends MonthlyReport>(report: R, fields: OsfFields<R>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, report[field] ?? null]));
}

/** The field of the user report that a filter names. Reports' own names are accepted too, in filters and in `sort`. */
export function toFilteredField(name: string): string {
  return FILTERED_FIELDS.get(name) ?? name;
}

/** The sort order of user reports that `sort` names. */
export function toReportSort(sort: string): string {
  return sort.replaceAll(/[^,-]+/g, (name) => SORTED_FIELDS.get(name) ?? name);
}
