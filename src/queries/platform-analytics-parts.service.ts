import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { UsageMonth } from '../model/usage-month.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { UsageFilter, UsageGroup, UsageGrouping } from '../storage/usage-query.js';
import { Clock } from '../time/clock.js';
import type { DateRange } from '../time/date-range.js';
import { partsWithin } from '../time/periods.js';
import { mergeGroups } from './merge-groups.js';
import { NODE_ANALYTICS_LISTS, type NodeAnalyticsList } from './node-analytics.js';
import { NODE_ANALYTICS_GROUPINGS } from './node-analytics-groupings.js';
import { findUsageVersion } from './usage-version.js';

type Range = Required<DateRange>;
export type AnalyticsGroups = Readonly<Record<NodeAnalyticsList, readonly UsageGroup[]>>;

/** How many referrers and pages of each month are merged. Elasticsearch counts this many groups in one search. */
export const ROWS_PER_PART = 250;
const MAX_CACHED_GROUPS = 100_000;

/**
 * Reads the page views of the whole platform a month at a time, one grouping after the other, so that memory is bounded.
 * A session-hour belongs to one hour, so visits of months add up. Closed months are kept in memory until a usage arrives.
 */
@Injectable()
export class PlatformAnalyticsParts {
  private readonly cache = new LRUCache<string, readonly UsageGroup[]>({
    maxSize: MAX_CACHED_GROUPS,
    sizeCalculation: (groups) => groups.length + 1,
  });

  constructor(
    private readonly repository: MetricsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * @param filter the usages; without a time range
   * @param lists the lists to read; the others stay empty
   */
  async read(
    range: Range,
    filter: Omit<UsageFilter, 'time'>,
    lists: readonly NodeAnalyticsList[] = NODE_ANALYTICS_LISTS,
  ): Promise<AnalyticsGroups> {
    const months = await this.repository.listUsageMonths();
    const groups: Record<NodeAnalyticsList, readonly UsageGroup[]> = {
      unique_visits: [],
      time_of_day: [],
      referer_domain: [],
      popular_pages: [],
    };
    for (const list of lists) {
      const parts: (readonly UsageGroup[])[] = [];
      for (const part of partsWithin(range, 'month')) parts.push(await this.readPart(part, filter, list, months));
      groups[list] = list === 'unique_visits' ? parts.flat() : mergeGroups(parts);
    }
    return groups;
  }

  private async readPart(
    part: Range,
    filter: UsageFilter,
    list: NodeAnalyticsList,
    months: readonly UsageMonth[],
  ): Promise<readonly UsageGroup[]> {
    const version = findUsageVersion(part, months, this.clock.now());
    const key = version === undefined ? undefined : JSON.stringify([part, filter, list, version]);
    const cached = key === undefined ? undefined : this.cache.get(key);
    if (cached) return cached;
    const where = { ...filter, time: { start: part.start.start(), end: part.end.start() } };
    const groups = await this.readList(where, list);
    if (key !== undefined) this.cache.set(key, groups);
    return groups;
  }

  /** Finds referrers and pages by their usages alone, and measures the rest only for those with most usages. */
  private async readList(where: UsageFilter, list: NodeAnalyticsList): Promise<readonly UsageGroup[]> {
    if (list === 'unique_visits' || list === 'time_of_day')
      return await this.group(where, NODE_ANALYTICS_GROUPINGS[list]);
    const { by, measures, orderBy } = NODE_ANALYTICS_GROUPINGS[list];
    const { usages } = measures;
    const rows = await this.group(where, { by, measures: { usages }, orderBy, limit: ROWS_PER_PART });
    if (rows.length === 0) return [];
    return await this.group(where, { by: { ...by, values: rows.map(({ key }) => key) }, measures });
  }

  private async group(where: UsageFilter, grouping: UsageGrouping): Promise<readonly UsageGroup[]> {
    const { groups = [] } = await this.repository.queryUsages({ where, groupings: { groups: grouping } });
    return groups;
  }
}
