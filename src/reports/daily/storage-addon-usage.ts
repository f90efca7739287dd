import { ObjectField, TextField } from '../../fields/field.js';
import { MAX_ID_LENGTH } from '../../model/limits.js';
import { DailyReport } from '../../model/report.js';
import { DailyReportType } from '../../model/report-type.js';
import { RunningTotal } from './running-totals.js';

/** How many users and projects use one storage add-on. */
export class UsageByStorageAddon {
  @TextField('Short name of the add-on', { maxLength: MAX_ID_LENGTH })
  addon_shortname: string;

  @ObjectField('Users who have enabled the add-on', () => RunningTotal)
  enabled_usersettings: RunningTotal;

  @ObjectField('Users who have linked the add-on to at least one project', () => RunningTotal)
  linked_usersettings: RunningTotal;

  @ObjectField('Users who have removed the add-on', () => RunningTotal)
  deleted_usersettings: RunningTotal;

  @ObjectField('Links between the add-on and projects, over all users', () => RunningTotal)
  usersetting_links: RunningTotal;

  @ObjectField('Projects that use the add-on through a connected account', () => RunningTotal)
  connected_nodesettings: RunningTotal;

  @ObjectField('Projects that have the add-on but no connected account', () => RunningTotal)
  disconnected_nodesettings: RunningTotal;

  @ObjectField('Projects from which the add-on has been removed', () => RunningTotal)
  deleted_nodesettings: RunningTotal;
}

@DailyReportType({ id: 'storage_addon_usage', description: 'Users and projects per storage add-on' })
export class DailyStorageAddonUsageReport extends DailyReport {
  @ObjectField('One entry per storage add-on', () => UsageByStorageAddon, { array: true })
  usage_by_addon: UsageByStorageAddon[];
}
