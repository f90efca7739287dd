import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { DailyDownloadCountReport } from '../reports/daily/download-count.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { CalendarDate } from '../time/calendar-date.js';
import { DAILY_SCHEDULE, DailyReporter, UTC } from './reporter.js';

/** Counts the downloads of the day. */
@Injectable()
export class DownloadCountReporter extends DailyReporter<DailyDownloadCountReport> {
  readonly reportType = DailyDownloadCountReport;

  constructor(private readonly repository: MetricsRepository) {
    super();
  }

  @Cron(DAILY_SCHEDULE, { name: 'download_count', ...UTC })
  override due(): void {
    super.due();
  }

  async *report(date: CalendarDate): AsyncIterable<DailyDownloadCountReport> {
    const time = { start: date.start(), end: date.end() };
    yield DailyDownloadCountReport.of<DailyDownloadCountReport>({
      report_date: date,
      daily_file_downloads: await this.repository.countUsages({ time, actionLabels: ['download'] }),
    });
  }
}
