import { IntegerField } from '../../fields/field.js';
import { DailyReport } from '../../model/report.js';
import { DailyReportType } from '../../model/report-type.js';

@DailyReportType({ id: 'download_count', description: 'Downloads per day of all items, including private ones' })
export class DailyDownloadCountReport extends DailyReport {
  @IntegerField('File downloads during the day', { unit: 'downloads' })
  daily_file_downloads: number;
}
