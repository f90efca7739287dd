import { IntegerField } from '../../fields/field.js';
import { DailyReport } from '../../model/report.js';
import { DailyReportType } from '../../model/report-type.js';

@DailyReportType({ id: 'download_count', description: 'How often files were downloaded' })
export class DailyDownloadCountReport extends DailyReport {
  @IntegerField('Downloads of files on the day', { unit: 'downloads' })
  daily_file_downloads: number;
}
