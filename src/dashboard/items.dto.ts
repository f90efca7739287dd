import { EnumParameter, IntegerParameter, TextParameter } from '../http/json-api/query-parameter.decorators.js';
import { ITEM_ORDERS, type ItemOrder } from '../queries/items-within.query.js';
import { OverviewDto } from './overview.dto.js';

/** The last page that can be opened: to rank more items takes longer and longer. */
export const MAX_PAGE_NUMBER = 100;

const emptyIsAbsent = true;

/** A page of the list of items, or an item to go to. */
export class ItemsDto extends OverviewDto {
  @EnumParameter('The order of the items. Default: `-view_count`', ITEM_ORDERS, { emptyIsAbsent })
  sort: ItemOrder = '-view_count';

  @IntegerParameter('The number of the page, counted from 1', {
    minimum: 1,
    maximum: MAX_PAGE_NUMBER,
    default: 1,
    emptyIsAbsent,
  })
  page = 1;

  @TextParameter('Opens the page of the item with this GUID, or of the item at this address', { emptyIsAbsent })
  guid?: string;

  /** The GUID to go to: the last part of an address. */
  get wantedGuid(): string | undefined {
    return this.guid?.trim().split(/[?#]/)[0]?.split('/').filter(Boolean).at(-1);
  }
}
