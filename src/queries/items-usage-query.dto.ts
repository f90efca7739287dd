import { badRequestParameter } from '../http/json-api/api-error.js';
import { TextParameter } from '../http/json-api/query-parameter.decorators.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';
import { ItemUsageQueryDto } from './item-usage-query.dto.js';

const MAX_ITEMS = 100;
const MAX_DAYS = 366;

/** As for one item, for up to 100 items and a year of days. */
export class ItemsUsageQueryDto extends ItemUsageQueryDto {
  @TextParameter(`Up to ${MAX_ITEMS} OSF GUIDs, separated by commas`, { requiredExample: 'abc12' })
  guids = '';

  /** Each GUID once, in the order of the request. */
  get itemGuids(): string[] {
    return [...new Set(this.guids.split(',').filter((guid) => guid !== ''))];
  }

  override days(today: CalendarDate, defaultStart: CalendarDate): Required<DateRange> {
    const days = super.days(today, defaultStart);
    if (days.end.compare(days.start) <= MAX_DAYS) return days;
    throw badRequestParameter(this.rangeParameter ?? '', `must ask for at most ${MAX_DAYS} days`);
  }

  override check(): void {
    super.check();
    const { length } = this.itemGuids;
    if (length > 0 && length <= MAX_ITEMS) return;
    throw badRequestParameter('guids', `must have 1 to ${MAX_ITEMS} GUIDs, separated by commas`);
  }
}
