import { IntegerField, TextField } from '../../fields/field.js';
import { ITEM_TYPES, type ItemType } from '../../model/counted-auth-usage.js';
import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from '../../model/limits.js';
import { MonthlyReport } from '../../model/report.js';
import { MonthlyReportType } from '../../model/report-type.js';

const texts = { maxLength: MAX_TEXT_LENGTH, array: true };
const ids = { maxLength: MAX_ID_LENGTH, array: true };

/**
 * The usage of one public item. In COUNTER's terms, views are investigations, downloads are requests, and the session
 * counts are unique investigations and unique requests (Code of Practice 5.0.2, section 3.3.4).
 */
@MonthlyReportType({
  id: 'public_item_usage',
  description: 'Views and downloads of each public item',
  uniqueFields: ['item_iri'],
})
export class MonthlyPublicItemUsageReport extends MonthlyReport {
  @TextField('IRI of the item (COUNTER: Item)', { maxLength: MAX_TEXT_LENGTH })
  item_iri: string;

  @TextField('OSF GUIDs of the item', ids)
  item_osfids: string[];

  @TextField('Types of the item (COUNTER: Data_Type)', { array: true, enum: ITEM_TYPES })
  item_types: ItemType[];

  @TextField('IRIs of the platforms on which the item was used (COUNTER: Platform)', texts)
  platform_iris: string[];

  @TextField('IRIs of the providers or storage services that hold the item (COUNTER: Database)', texts)
  database_iris: string[];

  @TextField('IDs of the providers of the item', ids)
  provider_ids: string[];

  @IntegerField('Views of the item and of all items within it', { unit: 'views' })
  view_count: number;

  @IntegerField('Distinct session-hours with a view of the item or of an item within it', { unit: 'session-hours' })
  view_session_count: number;

  @IntegerField('Downloads of the item itself', { unit: 'downloads' })
  download_count: number;

  @IntegerField('Distinct session-hours with a download of the item', { unit: 'session-hours' })
  download_session_count: number;

  @IntegerField('Sum of `view_count` over this and all earlier months', { unit: 'views' })
  cumulative_view_count: number;

  @IntegerField('Sum of `view_session_count` over this and all earlier months', { unit: 'session-hours' })
  cumulative_view_session_count: number;

  @IntegerField('Sum of `download_count` over this and all earlier months', { unit: 'downloads' })
  cumulative_download_count: number;

  @IntegerField('Sum of `download_session_count` over this and all earlier months', { unit: 'session-hours' })
  cumulative_download_session_count: number;
}
