import type { Report } from '../../src/model/report.js';
import { DailyDownloadCountReport } from '../../src/reports/daily/download-count.js';
import { DailyInstitutionSummaryReport } from '../../src/reports/daily/institution-summary.js';
import { DailyNewUserDomainReport } from '../../src/reports/daily/new-user-domain.js';
import { DailyNodeSummaryReport } from '../../src/reports/daily/node-summary.js';
import { DailyOsfstorageFileCountReport } from '../../src/reports/daily/osfstorage-file-count.js';
import { DailyPreprintSummaryReport } from '../../src/reports/daily/preprint-summary.js';
import { DailyStorageAddonUsageReport } from '../../src/reports/daily/storage-addon-usage.js';
import { DailyUserSummaryReport } from '../../src/reports/daily/user-summary.js';
import { type CounterCounts, MonthlyCounterItemUsageReport } from '../../src/reports/monthly/counter-item-usage.js';
import { MonthlyCounterPlatformUsageReport } from '../../src/reports/monthly/counter-platform-usage.js';
import { MonthlyInstitutionSummaryReport } from '../../src/reports/monthly/institution-summary.js';
import { MonthlyInstitutionalUserReport } from '../../src/reports/monthly/institutional-user.js';
import { MonthlyPrivateSpamMetricsReport } from '../../src/reports/monthly/private-spam-metrics.js';
import { MonthlyPublicItemUsageReport } from '../../src/reports/monthly/public-item-usage.js';
import { MonthlySpamSummaryReport } from '../../src/reports/monthly/spam-summary.js';
import { CalendarDate } from '../../src/time/calendar-date.js';
import { YearMonth } from '../../src/time/year-month.js';

/** The timestamp of the samples. */
export const SAMPLE_TIMESTAMP = '2026-11-24T06:00:00.123Z';

/** Sets the timestamp, as the reporter runner does when it saves a report. */
export function withTimestamp<R extends Report>(report: R): R {
  return Object.assign(report, { timestamp: new Date(SAMPLE_TIMESTAMP) });
}

export function downloads(date: string, daily_file_downloads: number): DailyDownloadCountReport {
  return withTimestamp(DailyDownloadCountReport.of({ report_date: CalendarDate.parse(date), daily_file_downloads }));
}

export function newUsers(date: string, domain_name: string, new_user_count: number): DailyNewUserDomainReport {
  return withTimestamp(
    DailyNewUserDomainReport.of({ report_date: CalendarDate.parse(date), domain_name, new_user_count }),
  );
}

export function itemUsage(
  month: string,
  guid: string,
  fields: Partial<MonthlyPublicItemUsageReport> = {},
): MonthlyPublicItemUsageReport {
  const report = MonthlyPublicItemUsageReport.of({
    report_yearmonth: YearMonth.parse(month),
    item_iri: `https://osf.io/${guid}`,
    item_osfids: [guid],
    item_types: ['Project'],
    platform_iris: ['https://osf.io/'],
    database_iris: ['https://osf.io/'],
    provider_ids: ['osf'],
    view_count: 7,
    view_session_count: 5,
    download_count: 3,
    download_session_count: 2,
    cumulative_view_count: 70,
    cumulative_view_session_count: 50,
    cumulative_download_count: 30,
    cumulative_download_session_count: 20,
  });
  return Object.assign(withTimestamp(report), fields);
}

export function institutionalUser(
  month: string,
  user_id: string,
  fields: Partial<MonthlyInstitutionalUserReport> = {},
): MonthlyInstitutionalUserReport {
  const report = MonthlyInstitutionalUserReport.of({
    report_yearmonth: YearMonth.parse(month),
    institution_id: 'uni',
    user_id,
    user_name: 'Ada Lovelace',
    department_name: null,
    month_last_login: YearMonth.parse('2026-09'),
    month_last_active: null,
    account_creation_date: YearMonth.parse('2015-12'),
    orcid_id: '0000-0001-2345-6789',
    public_project_count: 1,
    private_project_count: 2,
    public_registration_count: 3,
    embargoed_registration_count: 4,
    published_preprint_count: 5,
    public_file_count: 6,
    storage_byte_count: Number.MAX_SAFE_INTEGER,
  });
  return Object.assign(withTimestamp(report), fields);
}

export function institutionSummary(
  month: string,
  institution_id: string,
  fields: Partial<MonthlyInstitutionSummaryReport> = {},
): MonthlyInstitutionSummaryReport {
  const report = MonthlyInstitutionSummaryReport.of({
    report_yearmonth: YearMonth.parse(month),
    institution_id,
    user_count: 1,
    public_project_count: 2,
    private_project_count: 3,
    public_registration_count: 4,
    embargoed_registration_count: 5,
    published_preprint_count: 6,
    storage_byte_count: 7,
    public_file_count: 8,
    monthly_logged_in_user_count: 9,
    monthly_active_user_count: 10,
  });
  return Object.assign(withTimestamp(report), fields);
}

const report_date = CalendarDate.parse('2026-11-23');
const report_yearmonth = YearMonth.parse('2026-10');
const publicAndPrivate = { total: 60, public: 20, private: 40, total_daily: 6, public_daily: 2, private_daily: 4 };
const registrations = {
  total: 50,
  public: 30,
  embargoed: 20,
  embargoed_v2: 19,
  total_daily: 5,
  public_daily: 3,
  embargoed_daily: 2,
  embargoed_v2_daily: 1,
};
const spamAwareNodes = { ...publicAndPrivate, total_excluding_spam: 55, total_daily_excluding_spam: 5 };
const withdrawalAwareRegistrations = { ...registrations, withdrawn: 9, withdrawn_daily: 1 };
const total = { total: 10_000_000_000, total_daily: 0 };

const counterCounts: CounterCounts = {
  total_item_investigations: 4,
  unique_item_investigations: 3,
  total_item_requests: 2,
  unique_item_requests: 1,
};

/** One report of each type, private types last. Field values differ, so that mixed-up fields are detected. */
export const SAMPLES: readonly Report[] = [
  downloads('2026-11-23', 10_000_000_000),
  withTimestamp(
    DailyInstitutionSummaryReport.of({
      report_date,
      institution_id: 'uni',
      institution_name: 'Université "Ω" 🜁',
      users: total,
      nodes: publicAndPrivate,
      projects: publicAndPrivate,
      registered_nodes: registrations,
      registered_projects: registrations,
    }),
  ),
  newUsers('2026-11-23', 'example.org', 12),
  withTimestamp(
    DailyNodeSummaryReport.of({
      report_date,
      nodes: spamAwareNodes,
      projects: spamAwareNodes,
      registered_nodes: withdrawalAwareRegistrations,
      registered_projects: withdrawalAwareRegistrations,
    }),
  ),
  withTimestamp(DailyOsfstorageFileCountReport.of({ report_date, files: publicAndPrivate })),
  withTimestamp(DailyPreprintSummaryReport.of({ report_date, provider_key: 'psyarxiv', preprint_count: 4 })),
  withTimestamp(
    DailyStorageAddonUsageReport.of({
      report_date,
      usage_by_addon: ['dropbox', 'github'].map((addon_shortname, index) => ({
        addon_shortname,
        enabled_usersettings: total,
        linked_usersettings: total,
        deleted_usersettings: { total: index, total_daily: 0 },
        usersetting_links: total,
        connected_nodesettings: total,
        disconnected_nodesettings: total,
        deleted_nodesettings: total,
      })),
    }),
  ),
  withTimestamp(
    DailyUserSummaryReport.of({
      report_date,
      active: 1,
      deactivated: 2,
      merged: 3,
      new_users_daily: 4,
      new_users_with_institution_daily: 5,
      unconfirmed: 6,
    }),
  ),
  withTimestamp(
    MonthlySpamSummaryReport.of({
      report_yearmonth,
      node_confirmed_spam: 1,
      node_confirmed_ham: 2,
      node_flagged: 3,
      registration_confirmed_spam: 4,
      registration_confirmed_ham: 5,
      registration_flagged: 6,
      preprint_confirmed_spam: 7,
      preprint_confirmed_ham: 8,
      preprint_flagged: 9,
      user_marked_as_spam: 10,
      user_marked_as_ham: 11,
    }),
  ),
  itemUsage('2026-10', 'abc12', { item_osfids: ['abc12', 'def34'], database_iris: [] }),
  institutionalUser('2026-10', 'ada01'),
  institutionSummary('2026-10', 'uni'),
  withTimestamp(
    MonthlyPrivateSpamMetricsReport.of({
      report_yearmonth,
      node_oopspam_flagged: 1,
      node_oopspam_hammed: 2,
      node_akismet_flagged: 3,
      node_akismet_hammed: 4,
      preprint_oopspam_flagged: 5,
      preprint_oopspam_hammed: 6,
      preprint_akismet_flagged: 7,
      preprint_akismet_hammed: 8,
    }),
  ),
  withTimestamp(
    MonthlyCounterItemUsageReport.of<MonthlyCounterItemUsageReport>({
      report_yearmonth,
      item_iri: 'https://osf.io/abc12',
      item_osfid: 'abc12',
      item_type: 'Preprint',
      resource_type: 'Dataset',
      access: 'Open',
      title: 'Étude "Ω" 🜁',
      doi: '10.31219/osf.io/abc12',
      authors: [
        { name: 'Ada Lovelace', orcid_id: '0000-0002-1825-0097' },
        { name: 'Grace Hopper', orcid_id: null },
      ],
      publisher: 'SocArXiv',
      publication_date: CalendarDate.parse('2026-03-04'),
      parent: {
        osfid: 'def34',
        iri: 'https://osf.io/def34',
        item_type: 'Project',
        resource_type: null,
        title: 'A study',
        doi: null,
      },
      regular: counterCounts,
      tdm: counterCounts,
    }),
  ),
  withTimestamp(
    MonthlyCounterPlatformUsageReport.of<MonthlyCounterPlatformUsageReport>({
      report_yearmonth,
      item_type: null,
      resource_type: null,
      access_method: 'TDM',
      items: counterCounts,
      searches_platform: 5,
    }),
  ),
];
