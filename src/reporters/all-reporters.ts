import type { Type } from '@nestjs/common';
import { DownloadCountReporter } from './download-count.reporter.js';
import { InstitutionSummaryReporter } from './osf/institution-summary.reporter.js';
import { InstitutionalUserReporter } from './osf/institutional-user.reporter.js';
import { MonthlyInstitutionSummaryReporter } from './osf/monthly-institution-summary.reporter.js';
import { NewUserDomainReporter } from './osf/new-user-domain.reporter.js';
import { NodeSummaryReporter } from './osf/node-summary.reporter.js';
import { OsfstorageFileCountReporter } from './osf/osfstorage-file-count.reporter.js';
import { PreprintSummaryReporter } from './osf/preprint-summary.reporter.js';
import { PrivateSpamMetricsReporter } from './osf/private-spam-metrics.reporter.js';
import { SpamSummaryReporter } from './osf/spam-summary.reporter.js';
import { StorageAddonUsageReporter } from './osf/storage-addon-usage.reporter.js';
import { UserSummaryReporter } from './osf/user-summary.reporter.js';
import { PublicItemUsageReporter } from './public-item-usage.reporter.js';
import type { DailyReporter, MonthlyReporter } from './reporter.js';

/** The value of `DAILY_REPORTERS` in `ReportersModule`. */
export const dailyReporters: Type<DailyReporter>[] = [
  DownloadCountReporter,
  InstitutionSummaryReporter,
  NewUserDomainReporter,
  NodeSummaryReporter,
  OsfstorageFileCountReporter,
  PreprintSummaryReporter,
  StorageAddonUsageReporter,
  UserSummaryReporter,
];

/** The value of `MONTHLY_REPORTERS` in `ReportersModule`. */
export const monthlyReporters: Type<MonthlyReporter>[] = [
  InstitutionalUserReporter,
  MonthlyInstitutionSummaryReporter,
  PrivateSpamMetricsReporter,
  PublicItemUsageReporter,
  SpamSummaryReporter,
];
