import { ObjectField, TextField } from '../../fields/field.js';
import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from '../../model/limits.js';
import { DailyReport } from '../../model/report.js';
import { DailyReportType } from '../../model/report-type.js';
import { NodeRunningTotals, RegistrationRunningTotals, RunningTotal } from './running-totals.js';

@DailyReportType({
  id: 'institution_summary',
  description: "An institution's users, projects and registrations",
  uniqueFields: ['institution_id'],
})
export class DailyInstitutionSummaryReport extends DailyReport {
  @TextField('The id of the institution', { maxLength: MAX_ID_LENGTH })
  institution_id: string;

  @TextField('The name of the institution', { maxLength: MAX_TEXT_LENGTH })
  institution_name: string;

  @ObjectField('Active users of the institution', () => RunningTotal)
  users: RunningTotal;

  @ObjectField('Projects and their components', () => NodeRunningTotals)
  nodes: NodeRunningTotals;

  @ObjectField('Projects, without their components', () => NodeRunningTotals)
  projects: NodeRunningTotals;

  @ObjectField('Registrations and their components', () => RegistrationRunningTotals)
  registered_nodes: RegistrationRunningTotals;

  @ObjectField('Registrations, without their components', () => RegistrationRunningTotals)
  registered_projects: RegistrationRunningTotals;
}
