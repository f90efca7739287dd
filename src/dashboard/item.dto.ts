import { EnumParameter } from '../http/json-api/query-parameter.decorators.js';
import { ITEM_ORDERS, type ItemOrder } from '../queries/items-within.query.js';
import { RangePickerDto } from './range-picker.dto.js';

/** The range of the page of an item. */
export class ItemDto extends RangePickerDto {
  @EnumParameter('The order of the items within the item. Default: `-view_count`', ITEM_ORDERS)
  sort: ItemOrder = '-view_count';
}
