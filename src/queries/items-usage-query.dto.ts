import { badRequestParameter } from '../http/json-api/api-error.js';
import { TextParameter } from '../http/json-api/query-parameter.decorators.js';
import { ItemUsageQueryDto } from './item-usage-query.dto.js';

const MAX_ITEMS = 100;

/** As for one item, for up to 100 items and a year of days. */
export class ItemsUsageQueryDto extends ItemUsageQueryDto {
  protected override readonly maxDays = 366;

  @TextParameter(`Required: up to ${MAX_ITEMS} OSF GUIDs, separated by commas`)
  guids = '';

  /** Each GUID once, in the order of the request. */
  get itemGuids(): string[] {
    return [...new Set(this.guids.split(',').filter((guid) => guid !== ''))];
  }

  override check(): void {
    super.check();
    const { length } = this.itemGuids;
    if (length > 0 && length <= MAX_ITEMS) return;
    throw badRequestParameter('guids', `must have 1 to ${MAX_ITEMS} GUIDs, separated by commas`);
  }
}
