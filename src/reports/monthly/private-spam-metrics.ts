import { IntegerField } from '../../fields/field.js';
import { MonthlyReport } from '../../model/report.js';
import { MonthlyReportType } from '../../model/report-type.js';

@MonthlyReportType({
  id: 'private_spam_metrics',
  description: 'What each spam filter flagged, and where moderators disagreed',
})
export class MonthlyPrivateSpamMetricsReport extends MonthlyReport {
  @IntegerField('Projects and registrations that OOPSpam flagged', { unit: 'nodes' })
  node_oopspam_flagged: number;

  @IntegerField('Projects and registrations that OOPSpam flagged and a moderator found to be no spam', {
    unit: 'nodes',
  })
  node_oopspam_hammed: number;

  @IntegerField('Projects and registrations that Akismet flagged', { unit: 'nodes' })
  node_akismet_flagged: number;

  @IntegerField('Projects and registrations that Akismet flagged and a moderator found to be no spam', {
    unit: 'nodes',
  })
  node_akismet_hammed: number;

  @IntegerField('Preprints that OOPSpam flagged', { unit: 'preprints' })
  preprint_oopspam_flagged: number;

  @IntegerField('Preprints that OOPSpam flagged and a moderator found to be no spam', { unit: 'preprints' })
  preprint_oopspam_hammed: number;

  @IntegerField('Preprints that Akismet flagged', { unit: 'preprints' })
  preprint_akismet_flagged: number;

  @IntegerField('Preprints that Akismet flagged and a moderator found to be no spam', { unit: 'preprints' })
  preprint_akismet_hammed: number;
}
