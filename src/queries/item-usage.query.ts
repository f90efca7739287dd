import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { MonthlyPublicItemUsageReport } from '../reports/monthly/public-item-usage.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { TimeBucket, UsageFilter, UsageGroup, UsageGroupBy } from '../storage/usage-query.js';
import type { DateRange } from '../time/date-range.js';
import type { TimeRange } from '../time/time-range.js';
import { YearMonth } from '../time/year-month.js';
import { periodAfter, periodsWithin } from './periods.js';

/** How often an item was used. */
export class ItemUsageCounts {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Views of the item and of all that stands within it' })
  view_count: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Session-hours with such views' })
  view_session_count: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Downloads of the item alone' })
  download_count: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Session-hours with such downloads' })
  download_session_count: number;
}

export class ItemUsageOfPeriod extends ItemUsageCounts {
  @ApiProperty({ format: 'date', description: 'The first day of the period' })
  date: string;
}

const NOTHING: ItemUsageCounts = { view_count: 0, view_session_count: 0, download_count: 0, download_session_count: 0 };

/** The public usage of one item. */
@Injectable()
export class ItemUsageQuery {
  constructor(private readonly repository: MetricsRepository) {}

  /** An entry for each day, week or month that overlaps the days, with all that happened in it. */
  async byPeriod(itemIri: string, bucket: TimeBucket, days: Required<DateRange>): Promise<ItemUsageOfPeriod[]> {
    const periods = periodsWithin(days, bucket);
    const [first, last] = [periods[0], periods.at(-1)];
    if (!first || !last) return [];
    const time = { start: first.start(), end: periodAfter(last, bucket).start() };
    const counted = await this.count(itemIri, { time: bucket }, time);
    return periods.map((period) => ({ date: period.toString(), ...(counted.get(period.toString()) ?? NOTHING) }));
  }

  /** All there ever was: what the latest report says, and the usages since the end of its month. */
  async total(itemIri: string, now: Date): Promise<ItemUsageCounts> {
    const report = await this.latestWholeReport(itemIri, YearMonth.at(now));
    const since = (await this.count(itemIri, 'all', { start: report?.report_yearmonth.end() })).get('') ?? NOTHING;
    return {
      view_count: since.view_count + (report?.cumulative_view_count ?? 0),
      view_session_count: since.view_session_count + (report?.cumulative_view_session_count ?? 0),
      download_count: since.download_count + (report?.cumulative_download_count ?? 0),
      download_session_count: since.download_session_count + (report?.cumulative_download_session_count ?? 0),
    };
  }

  /** The latest report that was made when its month was over; one made before lacks the usages of the month's rest. */
  private async latestWholeReport(
    itemIri: string,
    before: YearMonth,
  ): Promise<MonthlyPublicItemUsageReport | undefined> {
    const [report] = await this.repository.findLatestReports(MonthlyPublicItemUsageReport, 'item_iri', [itemIri], before);
    if (!report || report.timestamp >= report.report_yearmonth.end()) return report;
    return await this.latestWholeReport(itemIri, report.report_yearmonth);
  }

  private async count(itemIri: string, by: UsageGroupBy, time: TimeRange): Promise<Map<string, ItemUsageCounts>> {
    const views = { withinIri: itemIri, itemPublic: true, time, actionLabels: { allOf: ['view'] } } as const;
    const downloads = { itemIri, itemPublic: true, time, actionLabels: { allOf: ['download'] } } as const;
    const [viewed, downloaded] = await Promise.all([this.groups(views, by), this.groups(downloads, by)]);
    const counted = new Map<string, ItemUsageCounts>();
    for (const { key, measures } of viewed) {
      const counts = { view_count: Number(measures['usages']), view_session_count: Number(measures['sessions']) };
      counted.set(key, { ...NOTHING, ...counts });
    }
    for (const { key, measures } of downloaded) {
      const counts = {
        download_count: Number(measures['usages']),
        download_session_count: Number(measures['sessions']),
      };
      counted.set(key, { ...(counted.get(key) ?? NOTHING), ...counts });
    }
    return counted;
  }

  private async groups(where: UsageFilter, by: UsageGroupBy): Promise<readonly UsageGroup[]> {
    const measures = { usages: { count: 'usages' }, sessions: { count: 'session-hours' } } as const;
    return (await this.repository.queryUsages({ where, groupings: { counted: { by, measures } } }))['counted'] ?? [];
  }
}
