import { ApiProperty } from '@nestjs/swagger';
import type { UsageGroup, UsageQuery, UsageQueryResult } from '../storage/usage-query.js';
import { CalendarDate } from '../time/calendar-date.js';
import { monthsBefore } from '../time/months-before.js';
import { countByDay, countOfGroup, DayCount, SESSION_HOURS, VISITS_BY_DAY } from './visits-by-day.js';

export const TIMESPANS = ['week', 'fortnight', 'month'] as const;
export type Timespan = (typeof TIMESPANS)[number];

const HOURS = 24;
const LONGEST_LIST = 10;

class HourCount {
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 23, description: 'An hour of the day, UTC' })
  hour: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Distinct session-hours' })
  count: number;
}

class RefererCount {
  @ApiProperty({ description: 'The host of the page before' })
  referer_domain: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Distinct session-hours' })
  count: number;
}

class PageCount {
  @ApiProperty({ description: 'The path of the page' })
  path: string;

  @ApiProperty({ type: String, nullable: true, description: 'The route that most of its views had' })
  route: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The title that most of its views had' })
  title: string | null;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Distinct session-hours' })
  count: number;
}

/** How the pages of an item, and of all that stands within it, were viewed. */
export class NodeAnalytics {
  @ApiProperty({ type: [DayCount], description: 'Every day from the first with usage to the last' })
  unique_visits: DayCount[];

  @ApiProperty({ type: [HourCount], maxItems: HOURS, description: 'The busiest hour first' })
  time_of_day: HourCount[];

  @ApiProperty({ type: [RefererCount], maxItems: LONGEST_LIST, description: 'Where most visits came from first' })
  referer_domain: RefererCount[];

  @ApiProperty({ type: [PageCount], maxItems: LONGEST_LIST, description: 'The most visited page first' })
  popular_pages: PageCount[];
}

/** Counted are visits, but what comes first is what has most usages, as in the OSF's own analytics. */
const measures = { count: SESSION_HOURS, usages: { count: 'usages' } } as const;
const mostFirst = { orderBy: { measure: 'usages' }, limit: LONGEST_LIST };

/** Public page views within the item since the start of the day one time span ago. */
export function nodeAnalyticsQuery(itemIri: string, timespan: Timespan, today: CalendarDate): UsageQuery {
  return {
    where: {
      withinIri: itemIri,
      itemPublic: true,
      actionLabels: { allOf: ['view', 'web'] },
      time: { start: firstDay(timespan, today).start() },
    },
    groupings: {
      unique_visits: VISITS_BY_DAY,
      time_of_day: { by: { field: 'pageview_info.hour_of_day' }, measures, ...mostFirst, limit: HOURS },
      referer_domain: { by: { field: 'pageview_info.referer_domain' }, measures, ...mostFirst },
      popular_pages: {
        by: { field: 'pageview_info.page_path' },
        measures: {
          ...measures,
          route: { mostCommon: 'pageview_info.route_name' },
          title: { mostCommon: 'pageview_info.page_title' },
        },
        ...mostFirst,
      },
    },
  };
}

export function toNodeAnalytics(answer: UsageQueryResult): NodeAnalytics {
  const groups = (name: string): readonly UsageGroup[] => answer[name] ?? [];
  return {
    unique_visits: countByDay(groups('unique_visits')),
    time_of_day: groups('time_of_day').map((group) => ({ hour: Number(group.key), count: countOfGroup(group) })),
    referer_domain: groups('referer_domain').map((group) => ({
      referer_domain: group.key,
      count: countOfGroup(group),
    })),
    popular_pages: groups('popular_pages').map((group) => ({
      path: group.key,
      route: group.measures['route'] as string | null,
      title: group.measures['title'] as string | null,
      count: countOfGroup(group),
    })),
  };
}

function firstDay(timespan: Timespan, today: CalendarDate): CalendarDate {
  if (timespan === 'month') return monthsBefore(today, 1);
  return today.plusDays(timespan === 'week' ? -7 : -14);
}
