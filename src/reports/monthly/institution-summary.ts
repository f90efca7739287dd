import { IntegerField, TextField } from '../../fields/field.js';
import { MAX_ID_LENGTH } from '../../model/limits.js';
import { MonthlyReport } from '../../model/report.js';
import { MonthlyReportType } from '../../model/report-type.js';

@MonthlyReportType({
  id: 'institution_summary_monthly',
  description: 'Users, content and activity of an institution',
  uniqueFields: ['institution_id'],
})
export class MonthlyInstitutionSummaryReport extends MonthlyReport {
  @TextField('ID of the institution', { maxLength: MAX_ID_LENGTH })
  institution_id: string;

  @IntegerField('Users affiliated with the institution', { unit: 'users' })
  user_count: number;

  @IntegerField('Public projects, excluding components', { unit: 'projects' })
  public_project_count: number;

  @IntegerField('Private projects, excluding components', { unit: 'projects' })
  private_project_count: number;

  @IntegerField('Public registrations, excluding components', { unit: 'registrations' })
  public_registration_count: number;

  @IntegerField('Private registrations, excluding components', { unit: 'registrations' })
  embargoed_registration_count: number;

  @IntegerField('Published preprints', { unit: 'preprints' })
  published_preprint_count: number;

  @IntegerField('Size of all files in OSF Storage, including all versions', { unit: 'bytes' })
  storage_byte_count: number;

  @IntegerField('Public files in OSF Storage', { unit: 'files' })
  public_file_count: number;

  @IntegerField('Users who logged in during the month', { unit: 'users' })
  monthly_logged_in_user_count: number;

  @IntegerField('Users with logged activity during the month', { unit: 'users' })
  monthly_active_user_count: number;
}
