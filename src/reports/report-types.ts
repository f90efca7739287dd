import { type ReportClass, type ReportTypeDeclaration, reportTypeOf } from '../model/report-type.js';
import { DailyDownloadCountReport } from './daily/download-count.js';
import { DailyInstitutionSummaryReport } from './daily/institution-summary.js';
import { DailyNewUserDomainReport } from './daily/new-user-domain.js';
import { DailyNodeSummaryReport } from './daily/node-summary.js';
import { DailyOsfstorageFileCountReport } from './daily/osfstorage-file-count.js';
import { DailyPreprintSummaryReport } from './daily/preprint-summary.js';
import { DailyStorageAddonUsageReport } from './daily/storage-addon-usage.js';
import { DailyUserSummaryReport } from './daily/user-summary.js';
import { MonthlyCounterItemUsageReport } from './monthly/counter-item-usage.js';
import { MonthlyCounterPlatformUsageReport } from './monthly/counter-platform-usage.js';
import { MonthlyInstitutionSummaryReport } from './monthly/institution-summary.js';
import { MonthlyInstitutionalUserReport } from './monthly/institutional-user.js';
import { MonthlyPrivateSpamMetricsReport } from './monthly/private-spam-metrics.js';
import { MonthlyPublicItemUsageReport } from './monthly/public-item-usage.js';
import { MonthlySpamSummaryReport } from './monthly/spam-summary.js';

/** Report types that anyone can read, in the order in which the API lists them. */
export const VIEWABLE_REPORTS: readonly ReportClass[] = [
  DailyDownloadCountReport,
  DailyInstitutionSummaryReport,
  DailyNewUserDomainReport,
  DailyNodeSummaryReport,
  DailyOsfstorageFileCountReport,
  DailyPreprintSummaryReport,
  DailyStorageAddonUsageReport,
  DailyUserSummaryReport,
  MonthlySpamSummaryReport,
  MonthlyPublicItemUsageReport,
];

/** Report types that name people, reveal how spam is detected, or are the source of other endpoints. Reading them takes the scope `reports:read-private`. */
export const PRIVATE_REPORTS: readonly ReportClass[] = [
  MonthlyCounterItemUsageReport,
  MonthlyCounterPlatformUsageReport,
  MonthlyInstitutionalUserReport,
  MonthlyInstitutionSummaryReport,
  MonthlyPrivateSpamMetricsReport,
];

/** All report types. The store has a table or an index for each. */
export const ALL_REPORTS: readonly ReportClass[] = [...VIEWABLE_REPORTS, ...PRIVATE_REPORTS];

const typeOfId = indexById(ALL_REPORTS);

/** Whether anyone can read reports of the class. */
export function isViewable(reportClass: ReportClass): boolean {
  return VIEWABLE_REPORTS.includes(reportClass);
}

export function findReportType(id: string): ReportTypeDeclaration | undefined {
  return typeOfId.get(id);
}

function indexById(reportClasses: readonly ReportClass[]): ReadonlyMap<string, ReportTypeDeclaration> {
  const types = new Map<string, ReportTypeDeclaration>();
  for (const type of reportClasses.map(reportTypeOf)) {
    if (types.has(type.id)) throw new TypeError(`two report types have the id "${type.id}"`);
    types.set(type.id, type);
  }
  return types;
}
