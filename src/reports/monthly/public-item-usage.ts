import { IntegerField, TextField } from '../../fields/field.js';
import { ITEM_TYPES, type ItemType } from '../../model/counted-auth-usage.js';
import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from '../../model/limits.js';
import { MonthlyReport } from '../../model/report.js';
import { MonthlyReportType } from '../../model/report-type.js';

const texts = { maxLength: MAX_TEXT_LENGTH, array: true };
const ids = { maxLength: MAX_ID_LENGTH, array: true };

/**
 * The usage of one public item. Views are COUNTER's investigations, downloads its requests, and session counts its
 * unique ones (Code of Practice 5.0.2, section 3.3.4).
 */
@MonthlyReportType({
  id: 'public_item_usage',
  description: 'How often a public item was viewed and downloaded',
  uniqueFields: ['item_iri'],
})
export class MonthlyPublicItemUsageReport extends MonthlyReport {
  @TextField('The item (COUNTER: Item)', { maxLength: MAX_TEXT_LENGTH })
  item_iri: string;

  @TextField("The item's short ids", ids)
  item_osfids: string[];

  @TextField('What the item is (COUNTER: Data_Type)', { array: true, enum: ITEM_TYPES })
  item_types: ItemType[];

  @TextField('The platforms on which it was used (COUNTER: Platform)', texts)
  platform_iris: string[];

  @TextField('The providers or storages that hold it (COUNTER: Database)', texts)
  database_iris: string[];

  @TextField('The providers of the item', ids)
  provider_ids: string[];

  @IntegerField('Views of the item and of all that stands within it', { unit: 'views' })
  view_count: number;

  @IntegerField('Sessions with such views', { unit: 'session-hours' })
  view_session_count: number;

  @IntegerField('Downloads of the item alone', { unit: 'downloads' })
  download_count: number;

  @IntegerField('Sessions with such downloads', { unit: 'session-hours' })
  download_session_count: number;

  @IntegerField('`view_count` of this and all earlier months', { unit: 'views' })
  cumulative_view_count: number;

  @IntegerField('`view_session_count` of this and all earlier months', { unit: 'session-hours' })
  cumulative_view_session_count: number;

  @IntegerField('`download_count` of this and all earlier months', { unit: 'downloads' })
  cumulative_download_count: number;

  @IntegerField('`download_session_count` of this and all earlier months', { unit: 'session-hours' })
  cumulative_download_session_count: number;
}
