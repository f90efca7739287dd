import { IntegerField } from '../../fields/field.js';
import { DailyReport } from '../../model/report.js';
import { DailyReportType } from '../../model/report-type.js';

@DailyReportType({ id: 'download_count', description: 'Downloads per day, of public and private items' })
export class DailyDownloadCountReport extends DailyReport {
  @IntegerField(
    'Usages with the label `download` during the day, of any item; double clicks count once, robots do not count',
    { unit: 'downloads' },
  )
  daily_file_downloads: number;
}
