import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CatalogItem } from '../items/catalog.js';
import { type ItemUsageCounts, type ItemUsageOfPeriod, ItemUsageQuery } from '../queries/item-usage.query.js';
import type { NodeAnalytics } from '../queries/node-analytics.js';
import { NodeAnalyticsQuery } from '../queries/node-analytics.query.js';
import { ReadableItemsWithin, type ReadableItemsWithinList } from '../queries/readable-items-within.service.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';
import type { TimeBucket } from '../time/periods.js';
import { YearMonth } from '../time/year-month.js';
import type { ItemDto } from './item.dto.js';
import { UsageReader } from './usage-reader.service.js';

/** The length of the lists of referrers, pages and items. */
export const LIST_LENGTH = 10;

export interface ItemFigures {
  readonly item: CatalogItem;
  readonly today: CalendarDate;
  readonly days: Required<DateRange>;
  readonly bucket: TimeBucket;
  readonly total: ItemUsageCounts;
  readonly thisMonth: ItemUsageCounts;
  readonly periods: readonly ItemUsageOfPeriod[];
  readonly analytics: NodeAnalytics;
  readonly within: ReadableItemsWithinList;
}

/** The names of the intervals in `item_usage`. */
export const PERIOD_OF_BUCKET = { day: 'daily', week: 'weekly', month: 'monthly' } as const;

/** Reads the figures of an item. */
@Injectable()
export class ItemReader {
  constructor(
    private readonly usage: UsageReader,
    private readonly itemUsage: ItemUsageQuery,
    private readonly analytics: NodeAnalyticsQuery,
    private readonly itemsWithin: ReadableItemsWithin,
  ) {}

  /** @throws ApiError 400 naming a parameter */
  async read(item: CatalogItem, query: ItemDto, request: FastifyRequest): Promise<ItemFigures> {
    const today = this.usage.today();
    const days = query.days(today, await this.usage.findFirstMonth());
    const bucket = query.bucket(days);
    const { iri: itemIri } = item;
    const [{ total, ofMonth }, inRange, analytics, within] = await Promise.all([
      this.itemUsage.readTotals(itemIri, YearMonth.of(today)),
      this.itemUsage.run({ itemIri, period: PERIOD_OF_BUCKET[bucket], days }),
      this.analytics.run({ item, days, listLength: LIST_LENGTH }),
      this.itemsWithin.list({ itemIri, days, order: query.sort }, request),
    ]);
    return {
      item,
      today,
      days,
      bucket,
      total,
      thisMonth: ofMonth,
      periods: inRange.usage ?? [],
      analytics,
      within,
    };
  }
}
