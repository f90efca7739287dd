import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ItemUsageTotals } from '../monthly-usage/item-usage-totals.service.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { ItemCounts } from '../storage/monthly-usage-query.js';
import type { UsageFilter, UsageGroup, UsageGroupBy } from '../storage/usage-query.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';
import { periodAfter, periodsWithin, type TimeBucket } from '../time/periods.js';
import type { TimeRange } from '../time/time-range.js';
import { YearMonth } from '../time/year-month.js';
import type { Query } from './query.js';

export const PERIODS = ['daily', 'weekly', 'monthly', 'total'] as const;
export type Period = (typeof PERIODS)[number];
export type TimePeriod = Exclude<Period, 'total'>;

export class ItemUsageCounts {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Views of the item and of all items within it' })
  view_count: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Distinct session-hours with at least one such view' })
  view_session_count: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Downloads of the item itself' })
  download_count: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Distinct session-hours with at least one such download' })
  download_session_count: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Downloads of the item and of all items within it' })
  within_download_count: number;
}

export class ItemUsageOfPeriod extends ItemUsageCounts {
  @ApiProperty({ format: 'date', description: 'First day of the period' })
  date: string;
}

export class ItemUsage {
  @ApiProperty({ type: String, nullable: true, description: 'The title of the item' })
  title: string | null;

  @ApiProperty({ enum: PERIODS })
  period: Period;

  @ApiProperty({
    type: [ItemUsageOfPeriod],
    required: false,
    description: 'Usage of each day, week or month that overlaps the range, oldest first',
  })
  usage?: ItemUsageOfPeriod[];

  @ApiProperty({ type: ItemUsageCounts, required: false, description: 'All-time usage, for the period `total`' })
  total?: ItemUsageCounts;
}

/** The usage of an item, without what the catalog says of it. */
type Usage = Omit<ItemUsage, 'title'>;

export type ItemUsageParameters =
  | { readonly itemIri: string; readonly period: 'total' }
  | { readonly itemIri: string; readonly period: TimePeriod; readonly days: Required<DateRange> };

const BUCKETS: Record<TimePeriod, TimeBucket> = { daily: 'day', weekly: 'week', monthly: 'month' };

const CONCURRENT_ITEMS = 4;

const NO_USAGE: ItemUsageCounts = {
  view_count: 0,
  view_session_count: 0,
  download_count: 0,
  download_session_count: 0,
  within_download_count: 0,
};

/** Public views and downloads of one item, per period or in total. */
@Injectable()
export class ItemUsageQuery implements Query<ItemUsageParameters, Usage> {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly totals: ItemUsageTotals,
  ) {}

  async run(parameters: ItemUsageParameters): Promise<Usage> {
    const { itemIri, period } = parameters;
    if (period === 'total') return { period, total: toItemUsageCounts((await this.totals.read(itemIri)).total) };
    return { period, usage: await this.byPeriod(itemIri, BUCKETS[period], parameters.days) };
  }

  /** The usage of each of several items, in their order. Counts a few items at a time, to leave the store to others too. */
  async runEach(parameters: readonly ItemUsageParameters[]): Promise<Usage[]> {
    const usages: Usage[] = [];
    for (let start = 0; start < parameters.length; start += CONCURRENT_ITEMS) {
      const batch = parameters.slice(start, start + CONCURRENT_ITEMS);
      usages.push(...(await Promise.all(batch.map((each) => this.run(each)))));
    }
    return usages;
  }

  /** All usage of an item, and that of one month. */
  async readTotals(itemIri: string, month: YearMonth): Promise<{ total: ItemUsageCounts; ofMonth: ItemUsageCounts }> {
    const { total, months } = await this.totals.read(itemIri);
    return { total: toItemUsageCounts(total), ofMonth: toItemUsageCounts(months.get(month.toString())) };
  }

  /** Periods at the edges of the range are counted in full. */
  private async byPeriod(itemIri: string, bucket: TimeBucket, days: Required<DateRange>): Promise<ItemUsageOfPeriod[]> {
    const periods = periodsWithin(days, bucket);
    if (bucket === 'month') return await this.byMonth(itemIri, periods);
    const [first, last] = [periods[0], periods.at(-1)];
    if (!first || !last) return [];
    const time = { start: first.start(), end: periodAfter(last, bucket).start() };
    const counts = await this.count(itemIri, { time: bucket }, time);
    return periods.map((period) => ({ date: period.toString(), ...(counts.get(period.toString()) ?? NO_USAGE) }));
  }

  private async byMonth(itemIri: string, months: readonly CalendarDate[]): Promise<ItemUsageOfPeriod[]> {
    const counted = await this.totals.read(itemIri);
    return months.map((first) => {
      return { date: first.toString(), ...toItemUsageCounts(counted.months.get(YearMonth.of(first).toString())) };
    });
  }

  private async count(itemIri: string, by: UsageGroupBy, time: TimeRange): Promise<Map<string, ItemUsageCounts>> {
    const labels = { allOf: ['download'] } as const;
    const [views, downloads, downloadsWithin] = await Promise.all([
      this.group({ withinIri: itemIri, itemPublic: true, time, actionLabels: { allOf: ['view'] } }, by),
      this.group({ itemIri, itemPublic: true, time, actionLabels: labels }, by),
      this.group({ withinIri: itemIri, itemPublic: true, time, actionLabels: labels }, by),
    ]);
    const counts = new Map<string, ItemUsageCounts>();
    for (const { key, measures } of views) {
      const { usages, sessions } = measures;
      counts.set(key, { ...NO_USAGE, view_count: Number(usages), view_session_count: Number(sessions) });
    }
    for (const { key, measures } of downloads) {
      const { usages, sessions } = measures;
      const viewCounts = counts.get(key) ?? NO_USAGE;
      counts.set(key, { ...viewCounts, download_count: Number(usages), download_session_count: Number(sessions) });
    }
    for (const { key, measures } of downloadsWithin) {
      counts.set(key, { ...(counts.get(key) ?? NO_USAGE), within_download_count: Number(measures['usages']) });
    }
    return counts;
  }

  private async group(where: UsageFilter, by: UsageGroupBy): Promise<readonly UsageGroup[]> {
    const measures = { usages: { count: 'usages' }, sessions: { count: 'session-hours' } } as const;
    const { groups = [] } = await this.repository.queryUsages({ where, groupings: { groups: { by, measures } } });
    return groups;
  }
}

function toItemUsageCounts(counts: ItemCounts | undefined): ItemUsageCounts {
  if (!counts) return NO_USAGE;
  return {
    view_count: counts.within_view_count,
    view_session_count: counts.within_view_session_count,
    download_count: counts.download_count,
    download_session_count: counts.download_session_count,
    within_download_count: counts.within_download_count,
  };
}
