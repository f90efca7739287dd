import { listDays, toDemoReport } from './demo-cycles.js';
import type { DemoRandom } from './demo-random.js';
import { publicTotals, registrationTotals } from './demo-totals.js';
import type { DemoDays } from './demo-usages.js';

const PREPRINTS_OF_PROVIDER = { psyarxiv: 38_000, socarxiv: 17_000, edarxiv: 5_000 };
const USERS_OF_ADDON = { github: 42_000, dropbox: 21_000, googledrive: 30_000, dataverse: 2_400 };
const EMAIL_DOMAINS = ['gmail.com', 'outlook.com', 'example.edu', 'example.ac.uk', 'example.org'];

/** Daily summaries of a platform that grows: those that the service otherwise counts in the OSF's database. */
export function* createDemoReports(days: DemoDays, random: DemoRandom): Iterable<object> {
  for (const [day, report_date] of listDays(days).entries()) {
    const report = (id: string, attributes: object): object => toDemoReport(id, { report_date, ...attributes });
    yield report('user_summary', {
      active: 700_000 + day * 420,
      deactivated: 3_100 + day,
      merged: 18_000 + 4 * day,
      new_users_daily: random.around(420),
      new_users_with_institution_daily: random.around(60),
      unconfirmed: 210_000 + day * 90,
    });
    yield report('node_summary', {
      nodes: spamAware(540_000 + day * 350, random.around(350)),
      projects: spamAware(390_000 + day * 240, random.around(240)),
      registered_nodes: withdrawalAware(150_000 + day * 110, random.around(110)),
      registered_projects: withdrawalAware(120_000 + day * 90, random.around(90)),
    });
    yield report('storage_addon_usage', {
      usage_by_addon: Object.entries(USERS_OF_ADDON).map(([addon_shortname, users]) =>
        addon(addon_shortname, users + day * 15, random),
      ),
    });
    yield report('osfstorage_file_count', { files: publicTotals(9_000_000 + day * 6_000, random.around(6_000)) });
    for (const [provider_key, preprints] of Object.entries(PREPRINTS_OF_PROVIDER)) {
      yield report('preprint_summary', { provider_key, preprint_count: preprints + day * 12 });
    }
    for (const [index, domain_name] of EMAIL_DOMAINS.entries()) {
      yield report('new_user_domains', { domain_name, new_user_count: random.around(200 / (index + 1)) });
    }
  }
}

function spamAware(total: number, daily: number): object {
  return {
    ...publicTotals(total, daily),
    total_excluding_spam: Math.round(total * 0.93),
    total_daily_excluding_spam: Math.round(daily * 0.93),
  };
}

function withdrawalAware(total: number, daily: number): object {
  return {
    ...registrationTotals(total, daily),
    withdrawn: Math.round(total * 0.01),
    withdrawn_daily: Math.round(daily * 0.01),
  };
}

function addon(addon_shortname: string, users: number, random: DemoRandom): object {
  const total = (share: number): object => ({
    total: Math.round(users * share),
    total_daily: random.around(15 * share),
  });
  return {
    addon_shortname,
    enabled_usersettings: total(1),
    linked_usersettings: total(0.7),
    deleted_usersettings: total(0.1),
    usersetting_links: total(1.4),
    connected_nodesettings: total(1.2),
    disconnected_nodesettings: total(0.2),
    deleted_nodesettings: total(0.3),
  };
}
