import { IntegerField, TextField } from '../../fields/field.js';
import { MAX_ID_LENGTH } from '../../model/limits.js';
import { MonthlyReport } from '../../model/report.js';
import { MonthlyReportType } from '../../model/report-type.js';

@MonthlyReportType({
  id: 'institution_summary_monthly',
  description: 'What the users of an institution have on the OSF',
  uniqueFields: ['institution_id'],
})
export class MonthlyInstitutionSummaryReport extends MonthlyReport {
  @TextField('The id of the institution', { maxLength: MAX_ID_LENGTH })
  institution_id: string;

  @IntegerField('Users of the institution', { unit: 'users' })
  user_count: number;

  @IntegerField('Projects that everybody may see', { unit: 'projects' })
  public_project_count: number;

  @IntegerField('Projects that not everybody may see', { unit: 'projects' })
  private_project_count: number;

  @IntegerField('Registrations that everybody may see', { unit: 'registrations' })
  public_registration_count: number;

  @IntegerField('Registrations that not everybody may see', { unit: 'registrations' })
  embargoed_registration_count: number;

  @IntegerField('Published preprints', { unit: 'preprints' })
  published_preprint_count: number;

  @IntegerField("Size of all files in the OSF's own storage, with all their versions", { unit: 'bytes' })
  storage_byte_count: number;

  @IntegerField('Files that everybody may see', { unit: 'files' })
  public_file_count: number;

  @IntegerField('Users who logged in during the month', { unit: 'users' })
  monthly_logged_in_user_count: number;

  @IntegerField('Users who did something during the month', { unit: 'users' })
  monthly_active_user_count: number;
}
