import { ObjectField } from '../../fields/field.js';
import { DailyReport } from '../../model/report.js';
import { DailyReportType } from '../../model/report-type.js';
import { SpamAwareNodeRunningTotals, WithdrawalAwareRegistrationRunningTotals } from './running-totals.js';

@DailyReportType({ id: 'node_summary', description: 'How many projects and registrations there are' })
export class DailyNodeSummaryReport extends DailyReport {
  @ObjectField('Projects and their components', () => SpamAwareNodeRunningTotals)
  nodes: SpamAwareNodeRunningTotals;

  @ObjectField('Projects, without their components', () => SpamAwareNodeRunningTotals)
  projects: SpamAwareNodeRunningTotals;

  @ObjectField('Registrations and their components', () => WithdrawalAwareRegistrationRunningTotals)
  registered_nodes: WithdrawalAwareRegistrationRunningTotals;

  @ObjectField('Registrations, without their components', () => WithdrawalAwareRegistrationRunningTotals)
  registered_projects: WithdrawalAwareRegistrationRunningTotals;
}
