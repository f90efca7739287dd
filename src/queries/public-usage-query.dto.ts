import { badRequestParameter } from '../http/json-api/api-error.js';
import type { Page } from '../http/json-api/links.js';
import { EnumParameter, IntegerParameter } from '../http/json-api/query-parameter.decorators.js';
import type { UsageSumKey } from '../storage/usage-sum-query.js';
import { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';
import { periodsWithin, type TimeBucket } from '../time/periods.js';
import { YearMonth } from '../time/year-month.js';
import { DaysQuery } from './days-query.dto.js';
import { ItemTypeParameter, ProviderParameter, readItemTypes, readProviders } from './item-filters.js';
import { previousRange } from './previous-range.js';
import type { PublicUsageParameters } from './public-usage.query.js';

const INTERVALS = ['total', 'day', 'week', 'month'] as const;
const GROUPS = { provider: 'provider_id', item_type: 'item_type', item: 'item_iri' } as const;
const ORDERS = ['-view_count', '-download_count'] as const;

const DEFAULT_GROUPS = 10;
const MAX_GROUPS = 100;
const MAX_PAGE_NUMBER = 100;
/** The first day that a date can name. */
const FIRST_DAY = CalendarDate.parse('0001-01-01');
/** The limit of groups times periods of a response. */
const MAX_FIGURES = 5_000;

export class PublicUsageQueryDto extends DaysQuery {
  @EnumParameter('Also returns the usage of each day, week or month. Default: `total`', INTERVALS)
  interval: (typeof INTERVALS)[number] = 'total';

  @EnumParameter('Groups the usage. By default all usage is one group', Object.keys(GROUPS))
  group_by?: keyof typeof GROUPS;

  @ProviderParameter()
  provider?: string;

  @ItemTypeParameter()
  item_type?: string;

  @EnumParameter('Also returns the usage of the range before: as many weeks, months or days', ['previous'])
  compare?: 'previous';

  @EnumParameter('The order of the groups. Default: `-view_count`', ORDERS)
  sort: (typeof ORDERS)[number] = '-view_count';

  @IntegerParameter('Groups per page', { name: 'page[size]', minimum: 1, maximum: MAX_GROUPS, default: DEFAULT_GROUPS })
  pageSize: number = DEFAULT_GROUPS;

  @IntegerParameter('The number of the page, counted from 1', {
    name: 'page[number]',
    minimum: 1,
    maximum: MAX_PAGE_NUMBER,
    default: 1,
  })
  pageNumber = 1;

  override check(): void {
    super.check();
    if (this.compare && this.interval === 'total' && this.rangeParameter === undefined) {
      throw badRequestParameter('compare', 'needs a range, such as days_back=28, or an interval');
    }
    readItemTypes(this.item_type);
  }

  get page(): Page {
    return { size: this.pageSize, number: this.pageNumber };
  }

  /** @param firstMonth the first month with usage: all time starts there */
  toParameters(today: CalendarDate, firstMonth: YearMonth | undefined): PublicUsageParameters {
    const bucket = this.interval === 'total' ? undefined : this.interval;
    const days = this.days(today, bucket ? defaultStart(bucket, today) : (firstMonth?.firstDay() ?? today));
    const by: UsageSumKey = this.group_by ? GROUPS[this.group_by] : 'all';
    this.checkSize(days, bucket);
    return {
      days,
      previousDays: this.compare && this.previousDays(days, bucket),
      bucket,
      by,
      orderBy: this.sort === '-view_count' ? 'view_count' : 'download_count',
      offset: (this.pageNumber - 1) * this.pageSize,
      limit: this.pageSize,
      providers: readProviders(this.provider),
      itemTypes: readItemTypes(this.item_type),
    };
  }

  private previousDays(days: Required<DateRange>, bucket: TimeBucket | undefined): Required<DateRange> {
    const previous = previousRange(days, bucket);
    if (previous.start.compare(FIRST_DAY) >= 0) return previous;
    throw badRequestParameter('compare', 'has no range before this one: use a later range');
  }

  private checkSize(days: Required<DateRange>, bucket: TimeBucket | undefined): void {
    const groups = this.group_by ? this.pageSize : 1;
    const periods = bucket ? periodsWithin(days, bucket).length : 1;
    if (groups * periods <= MAX_FIGURES) return;
    const detail = `asks for ${periods} periods of ${groups} groups: use a longer interval, a shorter range or smaller pages`;
    throw badRequestParameter('interval', detail);
  }
}

/** 30 days, 12 weeks or 12 months, of which the last is the current one. */
function defaultStart(bucket: TimeBucket, today: CalendarDate): CalendarDate {
  if (bucket === 'month') return YearMonth.of(today).plusMonths(-11).firstDay();
  if (bucket === 'day') return today.plusDays(-29);
  const elevenWeeksAgo = today.plusDays(-11 * 7);
  return periodsWithin({ start: elevenWeeksAgo, end: today }, 'week')[0] ?? elevenWeeksAgo;
}
