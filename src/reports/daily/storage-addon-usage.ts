import { ObjectField, TextField } from '../../fields/field.js';
import { MAX_ID_LENGTH } from '../../model/limits.js';
import { DailyReport } from '../../model/report.js';
import { DailyReportType } from '../../model/report-type.js';
import { RunningTotal } from './running-totals.js';

/** How far one storage add-on is used. */
export class UsageByStorageAddon {
  @TextField('The short name of the add-on', { maxLength: MAX_ID_LENGTH })
  addon_shortname: string;

  @ObjectField('Users who have the add-on', () => RunningTotal)
  enabled_usersettings: RunningTotal;

  @ObjectField('Users who gave it access to a project', () => RunningTotal)
  linked_usersettings: RunningTotal;

  @ObjectField('Users who removed it', () => RunningTotal)
  deleted_usersettings: RunningTotal;

  @ObjectField('Accesses to projects that users gave it', () => RunningTotal)
  usersetting_links: RunningTotal;

  @ObjectField('Projects that are connected', () => RunningTotal)
  connected_nodesettings: RunningTotal;

  @ObjectField('Projects that have the add-on, but no account that connects it', () => RunningTotal)
  disconnected_nodesettings: RunningTotal;

  @ObjectField('Projects from which it was removed', () => RunningTotal)
  deleted_nodesettings: RunningTotal;
}

@DailyReportType({ id: 'storage_addon_usage', description: 'How far the storage add-ons are used' })
export class DailyStorageAddonUsageReport extends DailyReport {
  @ObjectField('One entry for each storage add-on', () => UsageByStorageAddon, { array: true })
  usage_by_addon: UsageByStorageAddon[];
}
