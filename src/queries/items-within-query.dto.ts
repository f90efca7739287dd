import { EnumParameter, IntegerParameter } from '../http/json-api/query-parameter.decorators.js';
import type { CalendarDate } from '../time/calendar-date.js';
import { monthsBefore } from '../time/months-before.js';
import { DaysQuery } from './days-query.dto.js';
import { ITEM_ORDERS, type ItemOrder, type ItemsWithinParameters, MAX_ITEMS_WITHIN } from './items-within.query.js';

const DEFAULT_ITEMS = 10;
const DEFAULT_MONTHS = 12;

export class ItemsWithinQueryDto extends DaysQuery {
  @EnumParameter('The order of the items. Default: `-view_count`', ITEM_ORDERS)
  sort: ItemOrder = '-view_count';

  @IntegerParameter('The number of items', {
    name: 'page[size]',
    minimum: 1,
    maximum: MAX_ITEMS_WITHIN,
    default: DEFAULT_ITEMS,
  })
  pageSize: number = DEFAULT_ITEMS;

  /** The range defaults to today and the 12 months before. */
  toParameters(itemIri: string, today: CalendarDate): ItemsWithinParameters {
    return { itemIri, days: this.days(today, monthsBefore(today, DEFAULT_MONTHS)), order: this.sort };
  }
}
