import { IntegerField, TextField } from '../../fields/field.js';
import { MAX_ID_LENGTH } from '../../model/limits.js';
import { DailyReport } from '../../model/report.js';
import { DailyReportType } from '../../model/report-type.js';

@DailyReportType({
  id: 'preprint_summary',
  description: 'Published preprints per provider',
  uniqueFields: ['provider_key'],
})
export class DailyPreprintSummaryReport extends DailyReport {
  @TextField('ID of the preprint provider', { maxLength: MAX_ID_LENGTH })
  provider_key: string;

  @IntegerField('Published preprints at the end of the day', { unit: 'preprints' })
  preprint_count: number;
}
