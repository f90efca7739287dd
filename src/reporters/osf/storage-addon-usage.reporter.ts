import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import type { OsfColumns } from '../../osf/osf-schema.js';
import { DailyStorageAddonUsageReport } from '../../reports/daily/storage-addon-usage.js';
import type { CalendarDate } from '../../time/calendar-date.js';
import { DAILY_SCHEDULE, UTC } from '../reporter.js';
import { SPAM } from './conditions.js';
import { counts } from './counts.js';
import type { OsfStatement } from './osf-query-runner.js';
import { OsfDailyReporter } from './osf-reporter.js';

/** The storage add-ons of the OSF. All but its own storage need an account elsewhere, which a user connects. */
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

/** The state of settings at the end of the day. They are deleted when the add-on is removed. */
const STATE = `
  settings.created < $2 and (settings.deleted is null or settings.deleted >= $2) as is_there,
  settings.created >= $1 as is_new,
  settings.deleted < $2 as is_deleted,
  settings.deleted >= $1 as is_newly_deleted`;

const OWNER_COUNTS = `owner.deleted is null and owner.spam_status is distinct from ${SPAM.confirmed}`;

/** What the OSF once kept as collections, and keeps as projects that nobody sees. */
const IS_OLD_COLLECTION = `exists (
  select from osf_abstractnode_tags tagged
  join osf_tag tag on tag.id = tagged.tag_id
  where tagged.abstractnode_id = owner.id and tag.system and tag.name = 'old_node_collection'
)`;

/** SQL for a `RunningTotal` of the settings that there are. */
function total(condition = 'true'): string {
  return counts({ total: 'true', total_daily: 'is_new' }, `is_there and ${condition}`);
}

/** SQL for a `UsageByStorageAddon`. */
function usageOf(addon: string): string {
  const needsAccount = addon !== OWN_STORAGE;
  // Grants are an object by project of objects by account.
  const links = needsAccount ? `jsonb_array_length(jsonb_path_query_array(settings.oauth_grants, '$.*.*'))` : '0';
  const isConnected = needsAccount ? 'settings.external_account_id is not null' : 'true';
  const deleted = counts({ total: 'true', total_daily: 'is_newly_deleted' }, 'is_deleted');
  return `
    select '${addon}' as addon_shortname, users.*, nodes.*
    from (
      select
        ${total()} as enabled_usersettings,
        ${total('links > 0')} as linked_usersettings,
        ${deleted} as deleted_usersettings,
        json_build_object(
          'total', coalesce(sum(links) filter (where is_there), 0),
          'total_daily', coalesce(sum(links) filter (where is_there and is_new), 0)
        ) as usersetting_links
      from (
        select ${links} as links, ${STATE}
        from addons_${addon}_usersettings settings
        join osf_osfuser owner on owner.id = settings.owner_id
        where ${OWNER_COUNTS}
      ) settings
    ) users
    cross join (
      select
        ${total('is_connected')} as connected_nodesettings,
        ${total('not is_connected')} as disconnected_nodesettings,
        ${deleted} as deleted_nodesettings
      from (
        select ${isConnected} as is_connected, ${STATE}
        from addons_${addon}_nodesettings settings
        join osf_abstractnode owner on owner.id = settings.owner_id
        where ${OWNER_COUNTS} and not ${IS_OLD_COLLECTION}
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

const SQL = `
  select json_agg(usage order by addon_shortname) as usage_by_addon
  from (${ADDONS.map(usageOf).join(' union all ')}) usage`;

/** Counts by whom and for which projects the storage add-ons are used. */
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

  protected override statement(date: CalendarDate): OsfStatement {
    return { sql: SQL, values: [date.start(), date.end()] };
  }
}
