import { ApiProperty } from '@nestjs/swagger';
import type { UsageGroup, UsageQueryResult } from '../storage/usage-query.js';
import { DayCount, toDayCounts, visitsOf } from './visit-counts.js';

export const HOURS_PER_DAY = 24;
export const DEFAULT_LIST_LENGTH = 10;
export const MAX_LIST_LENGTH = 100;

export class HourCount {
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 23, description: 'Hour of the day (UTC)' })
  hour: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Distinct session-hours' })
  count: number;
}

export class RefererCount {
  @ApiProperty({ description: 'Host name of the referring page' })
  referer_domain: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Distinct session-hours' })
  count: number;
}

export class PageCount {
  @ApiProperty({ description: 'Path of the page' })
  path: string;

  @ApiProperty({ description: 'Most common route name among its views; empty if none has one' })
  route: string;

  @ApiProperty({
    description: 'Most common title among its views; otherwise the title of the item, otherwise the path',
  })
  title: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Distinct session-hours' })
  count: number;
}

/** Page views of an item and of all items within it, or of all items. */
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

export const NODE_ANALYTICS_LISTS = [
  'unique_visits',
  'time_of_day',
  'referer_domain',
  'popular_pages',
] as const satisfies readonly (keyof NodeAnalytics)[];
export type NodeAnalyticsList = (typeof NODE_ANALYTICS_LISTS)[number];

/** The OSF's front ends call string methods on the title and path of every page, so neither is ever null. */
export function toNodeAnalytics(result: UsageQueryResult, itemTitles: ReadonlyMap<string, string>): NodeAnalytics {
  const { unique_visits, time_of_day = [], referer_domain = [], popular_pages = [] } = result;
  return {
    unique_visits: toDayCounts(unique_visits),
    time_of_day: time_of_day.map((group) => ({ hour: Number(group.key), count: visitsOf(group) })),
    referer_domain: referer_domain.map((group) => ({ referer_domain: group.key, count: visitsOf(group) })),
    popular_pages: popular_pages.map(({ key: path, measures: { route, title, count } }) => ({
      path,
      route: String(route ?? ''),
      title: String(title || itemTitles.get(path) || path || '/'),
      count: Number(count),
    })),
  };
}

/** The groups of a list of referrers or pages with enough visits, at most `length` of them. */
export function selectRows(groups: readonly UsageGroup[], minimumVisits: number, length: number): UsageGroup[] {
  return groups.filter((group) => visitsOf(group) >= minimumVisits).slice(0, length);
}
