import { IntegerField, MonthField, ObjectField, TextField } from '../fields/field.js';
import type { YearMonth } from '../time/year-month.js';
import { ITEM_TYPES, type ItemType } from './counted-auth-usage.js';
import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from './limits.js';

const texts = { maxLength: MAX_TEXT_LENGTH, array: true };
const ids = { maxLength: MAX_ID_LENGTH, array: true };

/** Counts of public usage. Sessions are distinct session-hours (Code of Practice 5.0.2, section 3.3.4). */
export class UsageCounts {
  @IntegerField('Views of the item alone', { unit: 'views' })
  view_count: number;

  @IntegerField('Sessions with a view of the item alone', { unit: 'session-hours' })
  view_session_count: number;

  @IntegerField('Downloads of the item alone', { unit: 'downloads' })
  download_count: number;

  @IntegerField('Sessions with a download of the item alone', { unit: 'session-hours' })
  download_session_count: number;

  @IntegerField('Views or downloads of the item alone (COUNTER: Total_Item_Investigations)', { unit: 'usages' })
  investigation_count: number;

  @IntegerField('Sessions with a view or a download of the item alone', { unit: 'session-hours' })
  investigation_session_count: number;

  @IntegerField('Views of the item and of all items within it', { unit: 'views' })
  within_view_count: number;

  @IntegerField('Sessions with such views', { unit: 'session-hours' })
  within_view_session_count: number;

  @IntegerField('Downloads of the item and of all items within it', { unit: 'downloads' })
  within_download_count: number;

  @IntegerField('Sessions with such downloads', { unit: 'session-hours' })
  within_download_session_count: number;
}

/** Counts as a `public_item_usage` report has them: views within the item, downloads of the item alone. */
export class ReportedCounts {
  @IntegerField('Views of the item and of all items within it', { unit: 'views' })
  view_count: number;

  @IntegerField('Sessions with such views', { unit: 'session-hours' })
  view_session_count: number;

  @IntegerField('Downloads of the item alone', { unit: 'downloads' })
  download_count: number;

  @IntegerField('Sessions with such downloads', { unit: 'session-hours' })
  download_session_count: number;
}

/** What an imported report says of one version of a preprint, or of an item without versions. */
export class ImportedVersion {
  @IntegerField('The version; 0 for an item without versions')
  version: number;

  @ObjectField('The usage of the month', () => ReportedCounts)
  counts: ReportedCounts;

  @ObjectField('The usage of this and all earlier months', () => ReportedCounts)
  cumulative: ReportedCounts;
}

/**
 * The monthly aggregate of one item: its public usage of one month. Everything that reads counts by item and month reads
 * these records. A session-hour lies in one month, so that counts of months add up.
 */
export class MonthlyItemUsage {
  @MonthField('The month')
  month: YearMonth;

  @TextField('The item', { maxLength: MAX_TEXT_LENGTH })
  item_iri: string;

  @TextField("The item's short ids", ids)
  item_osfids: string[];

  @TextField('The types of the item', { array: true, enum: ITEM_TYPES })
  item_types: ItemType[];

  @TextField('The platforms on which the item itself was used', texts)
  platform_iris: string[];

  @TextField('The providers or storages that hold the item', texts)
  database_iris: string[];

  @TextField('The providers of the item', ids)
  provider_ids: string[];

  @ObjectField('All usage; sessions are distinct over both access methods', () => UsageCounts)
  total: UsageCounts;

  @ObjectField('Usage without the label `api` (COUNTER: Access_Method Regular)', () => UsageCounts)
  regular: UsageCounts;

  @ObjectField('Usage with the label `api` (COUNTER: Access_Method TDM)', () => UsageCounts)
  tdm: UsageCounts;

  @ObjectField(
    'What imported reports say of the month: the sum over all versions; `total` is never lower',
    () => ReportedCounts,
    {
      nullable: true,
    },
  )
  imported: ReportedCounts | null;

  @ObjectField('What the imported reports say of each version', () => ImportedVersion, { array: true, nullable: true })
  imported_versions: ImportedVersion[] | null;

  @ObjectField(
    'Usage before the first imported month, as its report says; on the record of that month only',
    () => ReportedCounts,
    {
      nullable: true,
    },
  )
  opening: ReportedCounts | null;

  static of(fields: MonthlyItemUsage): MonthlyItemUsage {
    return Object.assign(new MonthlyItemUsage(), fields);
  }
}
