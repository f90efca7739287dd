import { DateField, IntegerField, ObjectField, TextField } from '../../fields/field.js';
import { ITEM_TYPES, type ItemType } from '../../model/counted-auth-usage.js';
import { ACCESS_LICENCES, type AccessLicence, ItemAuthor } from '../../model/item.js';
import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from '../../model/limits.js';
import { MonthlyReport } from '../../model/report.js';
import { MonthlyReportType } from '../../model/report-type.js';
import type { CalendarDate } from '../../time/calendar-date.js';

const optionalText = { maxLength: MAX_TEXT_LENGTH, nullable: true };
const optionalId = { maxLength: MAX_ID_LENGTH, nullable: true };
const optionalType = { nullable: true, enum: ITEM_TYPES };

/** COUNTER's item metrics (Code of Practice 5.1, section 3.3.4). */
export class CounterCounts {
  @IntegerField('Views and downloads', { unit: 'usages' })
  total_item_investigations: number;

  @IntegerField('Sessions with a view or a download', { unit: 'session-hours' })
  unique_item_investigations: number;

  @IntegerField('Downloads', { unit: 'downloads' })
  total_item_requests: number;

  @IntegerField('Sessions with a download', { unit: 'session-hours' })
  unique_item_requests: number;
}

/** The item directly above, if it is public. */
export class CounterParent {
  @TextField('The guid of the parent', { maxLength: MAX_ID_LENGTH })
  osfid: string;

  @TextField('The IRI of the parent', { maxLength: MAX_TEXT_LENGTH })
  iri: string;

  @TextField('The type of the parent', optionalType)
  item_type: ItemType | null;

  @TextField("What the parent is, as DataCite's resource type", optionalId)
  resource_type: string | null;

  @TextField('The title of the parent', optionalText)
  title: string | null;

  @TextField('The DOI of the parent', optionalText)
  doi: string | null;
}

/** The usage of one item alone, and what the catalog said of the item when the report was made. */
@MonthlyReportType({
  id: 'counter_item_usage',
  description: "COUNTER's metrics of each item, with its metadata: the source of the COUNTER API",
  uniqueFields: ['item_iri'],
})
export class MonthlyCounterItemUsageReport extends MonthlyReport {
  @TextField('IRI of the item', { maxLength: MAX_TEXT_LENGTH })
  item_iri: string;

  @TextField('Guid of the item', optionalId)
  item_osfid: string | null;

  @TextField('Type of the item', optionalType)
  item_type: ItemType | null;

  @TextField("What the item is, as DataCite's resource type", optionalId)
  resource_type: string | null;

  @TextField('Access to the item (COUNTER: Access_Type)', { nullable: true, enum: ACCESS_LICENCES })
  access: AccessLicence | null;

  @TextField('Title of the item; null if it is not public', optionalText)
  title: string | null;

  @TextField('DOI of the item', optionalText)
  doi: string | null;

  @ObjectField('The first three authors of the item', () => ItemAuthor, { array: true, nullable: true })
  authors: ItemAuthor[] | null;

  @TextField('Publisher of the item', optionalText)
  publisher: string | null;

  @DateField('Publication date of the item', { nullable: true })
  publication_date: CalendarDate | null;

  @ObjectField('The item directly above, if it is public', () => CounterParent, { nullable: true })
  parent: CounterParent | null;

  @ObjectField('Usage by people (COUNTER: Access_Method Regular)', () => CounterCounts)
  regular: CounterCounts;

  @ObjectField('Usage by programs (COUNTER: Access_Method TDM)', () => CounterCounts)
  tdm: CounterCounts;
}
