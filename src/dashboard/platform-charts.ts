import type { Report } from '../model/report.js';
import type { ReportClass } from '../model/report-type.js';
import { DailyNodeSummaryReport } from '../reports/daily/node-summary.js';
import { DailyOsfstorageFileCountReport } from '../reports/daily/osfstorage-file-count.js';
import { DailyPreprintSummaryReport } from '../reports/daily/preprint-summary.js';
import { DailyStorageAddonUsageReport } from '../reports/daily/storage-addon-usage.js';
import { DailyUserSummaryReport } from '../reports/daily/user-summary.js';
import type { ChartSeries } from './chart.js';
import { TEXTS } from './texts.js';

export interface PlatformSeries extends ChartSeries {
  /** The value of a report. The values of all reports of a day add up. */
  readonly read: (report: Report) => number;
  /** Whether a period has the sum of its days. By default it has the value of its last day. */
  readonly isSummed?: boolean;
}

/** A chart of the values of one type of daily reports. */
export interface PlatformChart {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly reportClass: ReportClass;
  readonly series: readonly PlatformSeries[];
}

type Options<R extends Report> = Pick<PlatformSeries, 'label' | 'color' | 'isSummed'> & {
  readonly read: (report: R) => number;
};

function chart<R extends Report>(
  id: string,
  title: string,
  reportClass: ReportClass<R>,
  series: readonly Options<R>[],
  note: string = TEXTS.endOfPeriod,
): PlatformChart {
  return { id, title, note, reportClass, series: series as readonly PlatformSeries[] };
}

/** The charts of the growth of the platform. */
export const PLATFORM_CHARTS: readonly PlatformChart[] = [
  chart('users', TEXTS.users, DailyUserSummaryReport, [
    { label: TEXTS.activeUsers, color: 'views', read: ({ active }) => active },
  ]),
  chart(
    'new-users',
    TEXTS.newUsers,
    DailyUserSummaryReport,
    [{ label: TEXTS.newUsers, color: 'views', isSummed: true, read: ({ new_users_daily }) => new_users_daily }],
    TEXTS.newUsersHelp,
  ),
  chart('projects', TEXTS.projects, DailyNodeSummaryReport, [
    { label: TEXTS.projects, color: 'views', read: ({ projects }) => projects.total },
    { label: TEXTS.publicProjects, color: 'downloads', read: ({ projects }) => projects.public },
  ]),
  chart('registrations', TEXTS.registrations, DailyNodeSummaryReport, [
    { label: TEXTS.registrations, color: 'views', read: ({ registered_projects }) => registered_projects.total },
    {
      label: TEXTS.publicRegistrations,
      color: 'downloads',
      read: ({ registered_projects }) => registered_projects.public,
    },
  ]),
  chart('preprints', TEXTS.preprints, DailyPreprintSummaryReport, [
    { label: TEXTS.publishedPreprints, color: 'views', read: ({ preprint_count }) => preprint_count },
  ]),
  chart('files', TEXTS.filesStored, DailyOsfstorageFileCountReport, [
    { label: TEXTS.filesStored, color: 'views', read: ({ files }) => files.total },
    { label: TEXTS.publicFiles, color: 'downloads', read: ({ files }) => files.public },
  ]),
  chart('addons', TEXTS.storageAddons, DailyStorageAddonUsageReport, [
    {
      label: TEXTS.connectedProjects,
      color: 'views',
      read: ({ usage_by_addon }) =>
        usage_by_addon.reduce((sum, { connected_nodesettings }) => sum + connected_nodesettings.total, 0),
    },
  ]),
];
