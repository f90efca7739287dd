import { IntegerField, MonthField, TextField } from '../../fields/field.js';
import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from '../../model/limits.js';
import { MonthlyReport } from '../../model/report.js';
import { MonthlyReportType } from '../../model/report-type.js';
import type { YearMonth } from '../../time/year-month.js';

const id = { maxLength: MAX_ID_LENGTH };

@MonthlyReportType({
  id: 'institutional_users',
  description: 'Content and activity of each user of an institution',
  uniqueFields: ['institution_id', 'user_id'],
})
export class MonthlyInstitutionalUserReport extends MonthlyReport {
  @TextField('ID of the institution', id)
  institution_id: string;

  @TextField('ID of the user', id)
  user_id: string;

  @TextField('Name of the user', { maxLength: MAX_TEXT_LENGTH })
  user_name: string;

  @TextField('Department of the user; null if unknown', { maxLength: MAX_TEXT_LENGTH, nullable: true })
  department_name: string | null;

  @MonthField('Month of the last login; null if the user never logged in', { nullable: true })
  month_last_login: YearMonth | null;

  @MonthField('Month of the last logged activity; null if there was no activity', { nullable: true })
  month_last_active: YearMonth | null;

  @MonthField('Month in which the account was created', { nullable: true })
  account_creation_date: YearMonth | null;

  @TextField('Verified ORCID iD of the user; null without one', { ...id, nullable: true })
  orcid_id: string | null;

  @IntegerField('Public projects, excluding components', { unit: 'projects' })
  public_project_count: number;

  @IntegerField('Private projects, excluding components', { unit: 'projects' })
  private_project_count: number;

  @IntegerField('Public registrations, excluding components', { unit: 'registrations' })
  public_registration_count: number;

  @IntegerField('Private registrations whose embargo ends after the month, excluding components', {
    unit: 'registrations',
  })
  embargoed_registration_count: number;

  @IntegerField('Published preprints', { unit: 'preprints' })
  published_preprint_count: number;

  @IntegerField('Public files in OSF Storage', { unit: 'files' })
  public_file_count: number;

  @IntegerField('Size of the public files in OSF Storage, including all versions', { unit: 'bytes' })
  storage_byte_count: number;
}
