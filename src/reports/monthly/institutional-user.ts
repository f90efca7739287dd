import { IntegerField, MonthField, TextField } from '../../fields/field.js';
import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from '../../model/limits.js';
import { MonthlyReport } from '../../model/report.js';
import { MonthlyReportType } from '../../model/report-type.js';
import type { YearMonth } from '../../time/year-month.js';

const id = { maxLength: MAX_ID_LENGTH };

@MonthlyReportType({
  id: 'institutional_users',
  description: 'What a user of an institution has on the OSF',
  uniqueFields: ['institution_id', 'user_id'],
})
export class MonthlyInstitutionalUserReport extends MonthlyReport {
  @TextField('The id of the institution', id)
  institution_id: string;

  @TextField('The id of the user', id)
  user_id: string;

  @TextField('The name of the user', { maxLength: MAX_TEXT_LENGTH })
  user_name: string;

  @TextField("The user's department", { maxLength: MAX_TEXT_LENGTH, nullable: true })
  department_name: string | null;

  @MonthField('When the user logged in last', { nullable: true })
  month_last_login: YearMonth | null;

  @MonthField('When the user did something last', { nullable: true })
  month_last_active: YearMonth | null;

  @MonthField('When the account was made', { nullable: true })
  account_creation_date: YearMonth | null;

  @TextField('The ORCID iD of the user', { ...id, nullable: true })
  orcid_id: string | null;

  @IntegerField('Projects that everybody may see', { unit: 'projects' })
  public_project_count: number;

  @IntegerField('Projects that not everybody may see', { unit: 'projects' })
  private_project_count: number;

  @IntegerField('Registrations that everybody may see', { unit: 'registrations' })
  public_registration_count: number;

  @IntegerField('Registrations whose embargo ends after the month', { unit: 'registrations' })
  embargoed_registration_count: number;

  @IntegerField('Published preprints', { unit: 'preprints' })
  published_preprint_count: number;

  @IntegerField('Files that everybody may see', { unit: 'files' })
  public_file_count: number;

  @IntegerField('Size of the files that everybody may see, with all their versions', { unit: 'bytes' })
  storage_byte_count: number;
}
