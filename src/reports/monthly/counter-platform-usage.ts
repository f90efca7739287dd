import { IntegerField, ObjectField, TextField } from '../../fields/field.js';
import { ITEM_TYPES, type ItemType } from '../../model/counted-auth-usage.js';
import { MAX_ID_LENGTH } from '../../model/limits.js';
import { MonthlyReport } from '../../model/report.js';
import { MonthlyReportType } from '../../model/report-type.js';
import { CounterCounts } from './counter-item-usage.js';

export const COUNTER_ACCESS_METHODS = ['Regular', 'TDM'] as const;
export type CounterAccessMethod = (typeof COUNTER_ACCESS_METHODS)[number];

/** The sums of `counter_item_usage` by type of item, and the searches. */
@MonthlyReportType({
  id: 'counter_platform_usage',
  description: "COUNTER's metrics of the platform by type of item: the source of the COUNTER API",
  uniqueFields: ['item_type', 'resource_type', 'access_method'],
})
export class MonthlyCounterPlatformUsageReport extends MonthlyReport {
  @TextField('Type of the items', { nullable: true, enum: ITEM_TYPES })
  item_type: ItemType | null;

  @TextField("What the items are, as DataCite's resource type", { maxLength: MAX_ID_LENGTH, nullable: true })
  resource_type: string | null;

  @TextField('COUNTER: Access_Method', { enum: COUNTER_ACCESS_METHODS })
  access_method: CounterAccessMethod;

  @ObjectField('The sums over all items', () => CounterCounts)
  items: CounterCounts;

  @IntegerField('Searches on the platform; 0 in reports on a type of item', { unit: 'searches' })
  searches_platform: number;
}
