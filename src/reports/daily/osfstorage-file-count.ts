import { ObjectField } from '../../fields/field.js';
import { DailyReport } from '../../model/report.js';
import { DailyReportType } from '../../model/report-type.js';
import { FileRunningTotals } from './running-totals.js';

@DailyReportType({ id: 'osfstorage_file_count', description: 'Total and new files in OSF Storage' })
export class DailyOsfstorageFileCountReport extends DailyReport {
  @ObjectField('Files in OSF Storage', () => FileRunningTotals)
  files: FileRunningTotals;
}
