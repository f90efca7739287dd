import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { MonthlyPublicItemUsageReport } from '../reports/monthly/public-item-usage.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { TimeBucket, UsageFilter, UsageGroup, UsageGroupBy } from '../storage/usage-query.js';
import { Clock } from '../time/clock.js';
import type { DateRange } from '../time/date-range.js';
import type { TimeRange } from '../time/time-range.js';
import { YearMonth } from '../time/year-month.js';
import { periodAfter, periodsWithin } from './periods.js';
import type { Query } from './query.js';

export const PERIODS = ['daily', 'weekly', 'monthly', 'total'] as const;
export type Period = (typeof PERIODS)[number];
export type TimePeriod = Exclude<Period, 'total'>;

class ItemUsageCounts {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Views of the item and of all items within it' })
  view_count: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Distinct session-hours with at least one such view' })
  view_session_count: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Downloads of the item itself' })
  download_count: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Distinct session-hours with at least one such download' })
  download_session_count: number;
}

class ItemUsageOfPeriod extends ItemUsageCounts {
  @ApiProperty({ format: 'date', description: 'First day of the period' })
  date: string;
}

export class ItemUsage {
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

export type ItemUsageParameters =
  | { readonly itemIri: string; readonly period: 'total' }
  | { readonly itemIri: string; readonly period: TimePeriod; readonly days: Required<DateRange> };

const BUCKETS: Record<TimePeriod, TimeBucket> = { daily: 'day', weekly: 'week', monthly: 'month' };

const NO_USAGE: ItemUsageCounts = {
  view_count: 0,
  view_session_count: 0,
  download_count: 0,
  download_session_count: 0,
};

/** Public views and downloads of one item, per period or in total. */
@Injectable()
export class ItemUsageQuery implements Query<ItemUsageParameters, ItemUsage> {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly clock: Clock,
  ) {}

  async run(parameters: ItemUsageParameters): Promise<ItemUsage> {
    const { itemIri, period } = parameters;
    if (period === 'total') return { period, total: await this.total(itemIri) };
    return { period, usage: await this.byPeriod(itemIri, BUCKETS[period], parameters.days) };
  }

  /** Periods at the edges of the range are counted in full. */
  private async byPeriod(itemIri: string, bucket: TimeBucket, days: Required<DateRange>): Promise<ItemUsageOfPeriod[]> {
    const periods = periodsWithin(days, bucket);
    const [first, last] = [periods[0], periods.at(-1)];
    if (!first || !last) return [];
    const time = { start: first.start(), end: periodAfter(last, bucket).start() };
    const counts = await this.count(itemIri, { time: bucket }, time);
    return periods.map((period) => ({ date: period.toString(), ...(counts.get(period.toString()) ?? NO_USAGE) }));
  }

  /** Adds the usages since the end of the latest report's month to the cumulative counts of that report. */
  private async total(itemIri: string): Promise<ItemUsageCounts> {
    const report = await this.findLatestReport(itemIri, YearMonth.at(this.clock.now()));
    const since = (await this.count(itemIri, 'all', { start: report?.report_yearmonth.end() })).get('') ?? NO_USAGE;
    return {
      view_count: since.view_count + (report?.cumulative_view_count ?? 0),
      view_session_count: since.view_session_count + (report?.cumulative_view_session_count ?? 0),
      download_count: since.download_count + (report?.cumulative_download_count ?? 0),
      download_session_count: since.download_session_count + (report?.cumulative_download_session_count ?? 0),
    };
  }

  /** Skips reports that were created before the end of their month: they lack the rest of its usages. */
  private async findLatestReport(
    itemIri: string,
    before: YearMonth,
  ): Promise<MonthlyPublicItemUsageReport | undefined> {
    const [report] = await this.repository.findLatestReports(
      MonthlyPublicItemUsageReport,
      'item_iri',
      [itemIri],
      before,
    );
    if (!report || report.timestamp >= report.report_yearmonth.end()) return report;
    return await this.findLatestReport(itemIri, report.report_yearmonth);
  }

  /** Views include those of items within the item; downloads do not. */
  private async count(itemIri: string, by: UsageGroupBy, time: TimeRange): Promise<Map<string, ItemUsageCounts>> {
    const [views, downloads] = await Promise.all([
      this.group({ withinIri: itemIri, itemPublic: true, time, actionLabels: { allOf: ['view'] } }, by),
      this.group({ itemIri, itemPublic: true, time, actionLabels: { allOf: ['download'] } }, by),
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
    return counts;
  }

  private async group(where: UsageFilter, by: UsageGroupBy): Promise<readonly UsageGroup[]> {
    const measures = { usages: { count: 'usages' }, sessions: { count: 'session-hours' } } as const;
    const { groups = [] } = await this.repository.queryUsages({ where, groupings: { groups: { by, measures } } });
    return groups;
  }
}
