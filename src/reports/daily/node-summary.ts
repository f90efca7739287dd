import { ObjectField } from '../../fields/field.js';
import { DailyReport } from '../../model/report.js';
import { DailyReportType } from '../../model/report-type.js';
import { SpamAwareNodeRunningTotals, WithdrawalAwareRegistrationRunningTotals } from './running-totals.js';

@DailyReportType({ id: 'node_summary', description: 'Total and new projects and registrations' })
export class DailyNodeSummaryReport extends DailyReport {
  @ObjectField('Projects, including components', () => SpamAwareNodeRunningTotals)
  nodes: SpamAwareNodeRunningTotals;

  @ObjectField('Projects, excluding components', () => SpamAwareNodeRunningTotals)
  projects: SpamAwareNodeRunningTotals;

  @ObjectField('Registrations, including components', () => WithdrawalAwareRegistrationRunningTotals)
  registered_nodes: WithdrawalAwareRegistrationRunningTotals;

  @ObjectField('Registrations, excluding components', () => WithdrawalAwareRegistrationRunningTotals)
  registered_projects: WithdrawalAwareRegistrationRunningTotals;
}
