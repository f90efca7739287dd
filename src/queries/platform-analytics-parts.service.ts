import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { UsageFilter, UsageGroup, UsageGrouping } from '../storage/usage-query.js';
import { Clock } from '../time/clock.js';
import type { DateRange } from '../time/date-range.js';
import { partsWithin } from '../time/periods.js';
import { mergeGroups } from './merge-groups.js';
import type { NodeAnalyticsList } from './node-analytics.js';
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
  private readonly cache = new LRUCache<string, AnalyticsGroups>({
    maxSize: MAX_CACHED_GROUPS,
    sizeCalculation: (groups) => Object.values(groups).flat().length + 1,
  });

  constructor(
    private readonly repository: MetricsRepository,
    private readonly clock: Clock,
  ) {}

  /** @param filter the usages; without a time range */
  async read(range: Range, filter: Omit<UsageFilter, 'time'>): Promise<AnalyticsGroups> {
    const months = await this.repository.listUsageMonths();
    const parts: AnalyticsGroups[] = [];
    for (const part of partsWithin(range, 'month')) {
      const version = findUsageVersion(part, months, this.clock.now());
      const key = version === undefined ? undefined : JSON.stringify([part, filter, version]);
      const cached = key === undefined ? undefined : this.cache.get(key);
      const groups = cached ?? (await this.readPart(part, filter));
      if (key !== undefined) this.cache.set(key, groups);
      parts.push(groups);
    }
    return {
      unique_visits: parts.flatMap(({ unique_visits }) => unique_visits),
      time_of_day: mergeGroups(parts.map(({ time_of_day }) => time_of_day)),
      referer_domain: mergeGroups(parts.map(({ referer_domain }) => referer_domain)),
      popular_pages: mergeGroups(parts.map(({ popular_pages }) => popular_pages)),
    };
  }

  private async readPart({ start, end }: Range, filter: UsageFilter): Promise<AnalyticsGroups> {
    const where = { ...filter, time: { start: start.start(), end: end.start() } };
    return {
      unique_visits: await this.group(where, NODE_ANALYTICS_GROUPINGS.unique_visits),
      time_of_day: await this.group(where, NODE_ANALYTICS_GROUPINGS.time_of_day),
      referer_domain: await this.readList(where, 'referer_domain'),
      popular_pages: await this.readList(where, 'popular_pages'),
    };
  }

  /** Finds the rows by their usages alone, and measures the rest only for them. */
  private async readList(where: UsageFilter, list: 'referer_domain' | 'popular_pages'): Promise<readonly UsageGroup[]> {
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
