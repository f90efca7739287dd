import type { Type } from '@nestjs/common';
import { DailyInstitutionSummaryReport } from '../reports/daily/institution-summary.js';
import { DailyNewUserDomainReport } from '../reports/daily/new-user-domain.js';
import { DailyNodeSummaryReport } from '../reports/daily/node-summary.js';
import { DailyOsfstorageFileCountReport } from '../reports/daily/osfstorage-file-count.js';
import { DailyPreprintSummaryReport } from '../reports/daily/preprint-summary.js';
import { DailyStorageAddonUsageReport } from '../reports/daily/storage-addon-usage.js';
import { DailyUserSummaryReport } from '../reports/daily/user-summary.js';
import { MonthlyInstitutionSummaryReport } from '../reports/monthly/institution-summary.js';
import { MonthlyInstitutionalUserReport } from '../reports/monthly/institutional-user.js';
import { MonthlyPrivateSpamMetricsReport } from '../reports/monthly/private-spam-metrics.js';
import { MonthlySpamSummaryReport } from '../reports/monthly/spam-summary.js';
import type { ReportClass } from '../reports/report-type.js';
import { DownloadCountReporter } from './download-count.reporter.js';
import { PublicItemUsageReporter } from './public-item-usage.reporter.js';
import type { DailyReporter, MonthlyReporter } from './reporter.js';

/** The token of the list of all daily reporters. Nest makes an instance of each of the classes below. */
export const DAILY_REPORTERS = Symbol('DAILY_REPORTERS');
/** As `DAILY_REPORTERS`, of the monthly ones. */
export const MONTHLY_REPORTERS = Symbol('MONTHLY_REPORTERS');

export const dailyReporters: Type<DailyReporter>[] = [DownloadCountReporter];

export const monthlyReporters: Type<MonthlyReporter>[] = [PublicItemUsageReporter];

/** The types of report that are made of the OSF's database, which this service is not connected to. */
export const UNAVAILABLE_REPORTS: readonly ReportClass[] = [
  DailyInstitutionSummaryReport,
  DailyNewUserDomainReport,
  DailyNodeSummaryReport,
  DailyOsfstorageFileCountReport,
  DailyPreprintSummaryReport,
  DailyStorageAddonUsageReport,
  DailyUserSummaryReport,
  MonthlySpamSummaryReport,
  MonthlyInstitutionalUserReport,
  MonthlyInstitutionSummaryReport,
  MonthlyPrivateSpamMetricsReport,
];
export const UNAVAILABLE_REASON = 'needs the OSF’s database (OSF_DATABASE_URL)';
