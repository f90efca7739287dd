import { IntegerField } from '../../fields/field.js';
import { MonthlyReport } from '../../model/report.js';
import { MonthlyReportType } from '../../model/report-type.js';

@MonthlyReportType({
  id: 'private_spam_metrics',
  description: 'Content flagged by each spam filter, and flags that moderators overruled',
})
export class MonthlyPrivateSpamMetricsReport extends MonthlyReport {
  @IntegerField('Projects and registrations flagged by OOPSpam as spam', { unit: 'nodes' })
  node_oopspam_flagged: number;

  @IntegerField('Projects and registrations flagged by OOPSpam and confirmed as ham (not spam) by a moderator', {
    unit: 'nodes',
  })
  node_oopspam_hammed: number;

  @IntegerField('Projects and registrations flagged by Akismet as spam', { unit: 'nodes' })
  node_akismet_flagged: number;

  @IntegerField('Projects and registrations flagged by Akismet and confirmed as ham (not spam) by a moderator', {
    unit: 'nodes',
  })
  node_akismet_hammed: number;

  @IntegerField('Preprints flagged by OOPSpam as spam', { unit: 'preprints' })
  preprint_oopspam_flagged: number;

  @IntegerField('Preprints flagged by OOPSpam and confirmed as ham (not spam) by a moderator', { unit: 'preprints' })
  preprint_oopspam_hammed: number;

  @IntegerField('Preprints flagged by Akismet as spam', { unit: 'preprints' })
  preprint_akismet_flagged: number;

  @IntegerField('Preprints flagged by Akismet and confirmed as ham (not spam) by a moderator', { unit: 'preprints' })
  preprint_akismet_hammed: number;
}
