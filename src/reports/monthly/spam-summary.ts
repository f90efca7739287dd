import { IntegerField } from '../../fields/field.js';
import { MonthlyReport } from '../../model/report.js';
import { MonthlyReportType } from '../../model/report-type.js';

@MonthlyReportType({
  id: 'spam_summary',
  description: 'Content and users flagged as spam, confirmed as spam, or cleared',
})
export class MonthlySpamSummaryReport extends MonthlyReport {
  @IntegerField('Projects confirmed as spam during the month', { unit: 'nodes' })
  node_confirmed_spam: number;

  @IntegerField('Projects confirmed as ham (not spam) during the month', { unit: 'nodes' })
  node_confirmed_ham: number;

  @IntegerField('Projects flagged as spam during the month', { unit: 'nodes' })
  node_flagged: number;

  @IntegerField('Registrations confirmed as spam during the month', { unit: 'registrations' })
  registration_confirmed_spam: number;

  @IntegerField('Registrations confirmed as ham (not spam) during the month', { unit: 'registrations' })
  registration_confirmed_ham: number;

  @IntegerField('Registrations flagged as spam during the month', { unit: 'registrations' })
  registration_flagged: number;

  @IntegerField('Preprints confirmed as spam during the month', { unit: 'preprints' })
  preprint_confirmed_spam: number;

  @IntegerField('Preprints confirmed as ham (not spam) during the month', { unit: 'preprints' })
  preprint_confirmed_ham: number;

  @IntegerField('Preprints flagged as spam during the month', { unit: 'preprints' })
  preprint_flagged: number;

  @IntegerField('Users who registered during the month and are marked as spam', { unit: 'users' })
  user_marked_as_spam: number;

  @IntegerField('Users who registered during the month and are marked as ham (not spam)', { unit: 'users' })
  user_marked_as_ham: number;
}
