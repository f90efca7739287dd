import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { UsageQuery, UsageQueryResult } from '../storage/usage-query.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import { monthsBefore } from '../time/months-before.js';
import type { Query } from './query.js';
import { DayCount, toDayCounts, VISITS, VISITS_BY_DAY, visitsOf } from './visit-counts.js';

export const TIMESPANS = ['week', 'fortnight', 'month'] as const;
export type Timespan = (typeof TIMESPANS)[number];

const HOURS_PER_DAY = 24;
const MAX_LIST_LENGTH = 10;

class HourCount {
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 23, description: 'Hour of the day (UTC)' })
  hour: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Distinct session-hours' })
  count: number;
}

class RefererCount {
  @ApiProperty({ description: 'Host name of the referring page' })
  referer_domain: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Distinct session-hours' })
  count: number;
}

class PageCount {
  @ApiProperty({ description: 'Path of the page' })
  path: string;

  @ApiProperty({ type: String, nullable: true, description: 'Most common route name among its views' })
  route: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Most common title among its views' })
  title: string | null;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Distinct session-hours' })
  count: number;
}

/** Page views of an item and of all items within it. */
export class NodeAnalytics {
  @ApiProperty({ type: [DayCount], description: 'Visits per day, from the first day with usage to the last' })
  unique_visits: DayCount[];

  @ApiProperty({ type: [HourCount], maxItems: HOURS_PER_DAY, description: 'Visits per hour of the day, busiest first' })
  time_of_day: HourCount[];

  @ApiProperty({ type: [RefererCount], maxItems: MAX_LIST_LENGTH, description: 'Top referrers, most usages first' })
  referer_domain: RefererCount[];

  @ApiProperty({ type: [PageCount], maxItems: MAX_LIST_LENGTH, description: 'Most viewed pages, most usages first' })
  popular_pages: PageCount[];
}

export interface NodeAnalyticsParameters {
  readonly itemIri: string;
  readonly timespan: Timespan;
}

/** Lists show visits but are ordered by usages, like the OSF's own analytics. */
const measures = { count: VISITS, usages: { count: 'usages' } } as const;
const mostUsed = { orderBy: { measure: 'usages' }, limit: MAX_LIST_LENGTH };

/** Public page views of an item and of all items within it, since the start of the day one time span ago. */
@Injectable()
export class NodeAnalyticsQuery implements Query<NodeAnalyticsParameters, NodeAnalytics> {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly clock: Clock,
  ) {}

  async run(parameters: NodeAnalyticsParameters): Promise<NodeAnalytics> {
    return toNodeAnalytics(await this.repository.queryUsages(this.toUsageQuery(parameters)));
  }

  private toUsageQuery({ itemIri, timespan }: NodeAnalyticsParameters): UsageQuery {
    const today = CalendarDate.at(this.clock.now());
    return {
      where: {
        withinIri: itemIri,
        itemPublic: true,
        actionLabels: ['view', 'web'],
        time: { start: firstDay(timespan, today).start() },
      },
      groupings: {
        unique_visits: VISITS_BY_DAY,
        time_of_day: { by: { field: 'pageview_info.hour_of_day' }, measures, ...mostUsed, limit: HOURS_PER_DAY },
        referer_domain: { by: { field: 'pageview_info.referer_domain' }, measures, ...mostUsed },
        popular_pages: {
          by: { field: 'pageview_info.page_path' },
          measures: {
            ...measures,
            route: { mostCommon: 'pageview_info.route_name' },
            title: { mostCommon: 'pageview_info.page_title' },
          },
          ...mostUsed,
        },
      },
    };
  }
}

function firstDay(timespan: Timespan, today: CalendarDate): CalendarDate {
  if (timespan === 'month') return monthsBefore(today, 1);
  return today.plusDays(timespan === 'week' ? -7 : -14);
}

function toNodeAnalytics(result: UsageQueryResult): NodeAnalytics {
  const { unique_visits, time_of_day = [], referer_domain = [], popular_pages = [] } = result;
  return {
    unique_visits: toDayCounts(unique_visits),
    time_of_day: time_of_day.map((group) => ({ hour: Number(group.key), count: visitsOf(group) })),
    referer_domain: referer_domain.map((group) => ({ referer_domain: group.key, count: visitsOf(group) })),
    popular_pages: popular_pages.map((group) => ({
      path: group.key,
      route: group.measures['route'] as string | null,
      title: group.measures['title'] as string | null,
      count: visitsOf(group),
    })),
  };
}
