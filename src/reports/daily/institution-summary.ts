import { ObjectField, TextField } from '../../fields/field.js';
import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from '../../model/limits.js';
import { DailyReport } from '../../model/report.js';
import { DailyReportType } from '../../model/report-type.js';
import { NodeRunningTotals, RegistrationRunningTotals, RunningTotal } from './running-totals.js';

@DailyReportType({
  id: 'institution_summary',
  description: 'Users, projects and registrations of an institution',
  uniqueFields: ['institution_id'],
})
export class DailyInstitutionSummaryReport extends DailyReport {
  @TextField('ID of the institution', { maxLength: MAX_ID_LENGTH })
  institution_id: string;

  @TextField('Name of the institution', { maxLength: MAX_TEXT_LENGTH })
  institution_name: string;

  @ObjectField('Active users affiliated with the institution', () => RunningTotal)
  users: RunningTotal;

  @ObjectField('Projects, including components', () => NodeRunningTotals)
  nodes: NodeRunningTotals;

  @ObjectField('Projects, excluding components', () => NodeRunningTotals)
  projects: NodeRunningTotals;

  @ObjectField('Registrations, including components', () => RegistrationRunningTotals)
  registered_nodes: RegistrationRunningTotals;

  @ObjectField('Registrations, excluding components', () => RegistrationRunningTotals)
  registered_projects: RegistrationRunningTotals;
}
