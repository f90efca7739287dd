import { IntegerField, TextField } from '../../fields/field.js';
import { MAX_ID_LENGTH } from '../../usage-events/counted-auth-usage.js';
import { DailyReport } from '../report.js';
import { DailyReportType } from '../report-type.js';

@DailyReportType({
  id: 'preprint_summary',
  description: 'How many preprints a provider has',
  uniqueFields: ['provider_key'],
})
export class DailyPreprintSummaryReport extends DailyReport {
  @TextField('The id of the preprint provider', { maxLength: MAX_ID_LENGTH })
  provider_key: string;

  @IntegerField('Published preprints at the end of the day', { unit: 'preprints' })
  preprint_count: number;
}
