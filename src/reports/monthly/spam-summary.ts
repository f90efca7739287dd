import { IntegerField } from '../../fields/field.js';
import { MonthlyReport } from '../../model/report.js';
import { MonthlyReportType } from '../../model/report-type.js';

@MonthlyReportType({ id: 'spam_summary', description: 'What was flagged and confirmed as spam or as no spam' })
export class MonthlySpamSummaryReport extends MonthlyReport {
  @IntegerField('Projects confirmed as spam in the month', { unit: 'nodes' })
  node_confirmed_spam: number;

  @IntegerField('Projects confirmed as no spam in the month', { unit: 'nodes' })
  node_confirmed_ham: number;

  @IntegerField('Projects flagged as spam in the month', { unit: 'nodes' })
  node_flagged: number;

  @IntegerField('Registrations confirmed as spam in the month', { unit: 'registrations' })
  registration_confirmed_spam: number;

  @IntegerField('Registrations confirmed as no spam in the month', { unit: 'registrations' })
  registration_confirmed_ham: number;

  @IntegerField('Registrations flagged as spam in the month', { unit: 'registrations' })
  registration_flagged: number;

  @IntegerField('Preprints confirmed as spam in the month', { unit: 'preprints' })
  preprint_confirmed_spam: number;

  @IntegerField('Preprints confirmed as no spam in the month', { unit: 'preprints' })
  preprint_confirmed_ham: number;

  @IntegerField('Preprints flagged as spam in the month', { unit: 'preprints' })
  preprint_flagged: number;

  @IntegerField('Users who joined in the month and are marked as spammers', { unit: 'users' })
  user_marked_as_spam: number;

  @IntegerField('Users who joined in the month and are marked as no spammers', { unit: 'users' })
  user_marked_as_ham: number;
}
