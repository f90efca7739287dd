import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import type { OsfColumns } from '../../osf/osf-schema.js';
import { DailyStorageAddonUsageReport } from '../../reports/daily/storage-addon-usage.js';
import type { CalendarDate } from '../../time/calendar-date.js';
import { DAILY_SCHEDULE, UTC } from '../reporter.js';
import { SPAM_STATUS } from './conditions.js';
import { jsonCounts } from './counts.js';
import type { OsfQuery } from './osf-query-runner.js';
import { OsfDailyReporter } from './osf-reporter.js';

/** The OSF's storage add-ons. Each except the OSF's own storage needs an external account that a user connects. */
const ADDONS = [
  'bitbucket',
  'box',
  'dataverse',
  'dropbox',
  'figshare',
  'github',
  'gitlab',
  'googledrive',
  'onedrive',
  'osfstorage',
  'owncloud',
  's3',
];
const OWN_STORAGE = 'osfstorage';

/** The state of add-on settings at the end of the day. Removing an add-on deletes its settings. */
const SETTINGS_STATE = `
  settings.created < $2 and (settings.deleted is null or settings.deleted >= $2) as is_enabled,
  settings.created >= $1 as is_new,
  settings.deleted < $2 as is_deleted,
  settings.deleted >= $1 as is_newly_deleted`;

const OWNER_IS_COUNTED = `owner.deleted is null and owner.spam_status is distinct from ${SPAM_STATUS.confirmed}`;

/** Collections of older versions of the OSF, which are stored as hidden projects. */
const IS_OLD_COLLECTION = `exists (
  select from osf_abstractnode_tags tagged
  join osf_tag tag on tag.id = tagged.tag_id
  where tagged.abstractnode_id = owner.id and tag.system and tag.name = 'old_node_collection'
)`;

/** SQL for a `RunningTotal` of enabled settings. */
function runningTotal(condition = 'true'): string {
  return jsonCounts({ total: 'true', total_daily: 'is_new' }, `is_enabled and ${condition}`);
}

/** SQL for a `UsageByStorageAddon`. */
function usageOf(addon: string): string {
  const needsAccount = addon !== OWN_STORAGE;
  // `oauth_grants` has an object for each project, which has a key for each account.
  const links = needsAccount ? `jsonb_array_length(jsonb_path_query_array(settings.oauth_grants, '$.*.*'))` : '0';
  const isConnected = needsAccount ? 'settings.external_account_id is not null' : 'true';
  const deleted = jsonCounts({ total: 'true', total_daily: 'is_newly_deleted' }, 'is_deleted');
  return `
    select '${addon}' as addon_shortname, users.*, nodes.*
    from (
      select
        ${runningTotal()} as enabled_usersettings,
        ${runningTotal('links > 0')} as linked_usersettings,
        ${deleted} as deleted_usersettings,
        json_build_object(
          'total', coalesce(sum(links) filter (where is_enabled), 0),
          'total_daily', coalesce(sum(links) filter (where is_enabled and is_new), 0)
        ) as usersetting_links
      from (
        select ${links} as links, ${SETTINGS_STATE}
        from addons_${addon}_usersettings settings
        join osf_osfuser owner on owner.id = settings.owner_id
        where ${OWNER_IS_COUNTED}
      ) settings
    ) users
    cross join (
      select
        ${runningTotal('is_connected')} as connected_nodesettings,
        ${runningTotal('not is_connected')} as disconnected_nodesettings,
        ${deleted} as deleted_nodesettings
      from (
        select ${isConnected} as is_connected, ${SETTINGS_STATE}
        from addons_${addon}_nodesettings settings
        join osf_abstractnode owner on owner.id = settings.owner_id
        where ${OWNER_IS_COUNTED} and not ${IS_OLD_COLLECTION}
      ) settings
    ) nodes`;
}

function columnsOf(addon: string): OsfColumns {
  const needsAccount = addon !== OWN_STORAGE;
  const common = ['owner_id', 'created', 'deleted'];
  return {
    [`addons_${addon}_usersettings`]: [...common, ...(needsAccount ? ['oauth_grants'] : [])],
    [`addons_${addon}_nodesettings`]: [...common, ...(needsAccount ? ['external_account_id'] : [])],
  };
}

const SELECT_ADDON_USAGE = `
  select json_agg(usage order by addon_shortname) as usage_by_addon
  from (${ADDONS.map(usageOf).join(' union all ')}) usage`;

/** Counts the users and projects of each storage add-on. */
@Injectable()
export class StorageAddonUsageReporter extends OsfDailyReporter<DailyStorageAddonUsageReport> {
  readonly reportType = DailyStorageAddonUsageReport;
  readonly columns = [
    {
      osf_osfuser: ['id', 'deleted', 'spam_status'],
      osf_abstractnode: ['id', 'deleted', 'spam_status'],
      osf_abstractnode_tags: ['abstractnode_id', 'tag_id'],
      osf_tag: ['id', 'name', 'system'],
    },
    ...ADDONS.map(columnsOf),
  ];

  @Cron(DAILY_SCHEDULE, { name: 'storage_addon_usage', ...UTC })
  override due(): void {
    super.due();
  }

  protected override query(date: CalendarDate): OsfQuery {
    return { sql: SELECT_ADDON_USAGE, values: [date.start(), date.end()] };
  }
}
