import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Catalog, type CatalogItem } from '../items/catalog.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { UsageFilter, UsageGroup, UsageGrouping, UsageQueryResult } from '../storage/usage-query.js';
import type { DateRange } from '../time/date-range.js';
import type { Query } from './query.js';
import { DayCount, toDayCounts, VISITS, VISITS_BY_DAY, visitsOf } from './visit-counts.js';

export const TIMESPANS = ['week', 'fortnight', 'month'] as const;
export type Timespan = (typeof TIMESPANS)[number];

const HOURS_PER_DAY = 24;
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

export const NODE_ANALYTICS_LISTS = [
  'unique_visits',
  'time_of_day',
  'referer_domain',
  'popular_pages',
] as const satisfies readonly (keyof NodeAnalytics)[];
export type NodeAnalyticsList = (typeof NODE_ANALYTICS_LISTS)[number];

export interface NodeAnalyticsParameters {
  readonly item: CatalogItem;
  readonly days: Required<DateRange>;
  /** The length of the lists of referrers and pages. */
  readonly listLength: number;
}

/** Lists show visits but are ordered by usages, like the OSF's own analytics. */
const measures = { count: VISITS, usages: { count: 'usages' } } as const;
const mostUsed = { orderBy: { measure: 'usages' } };

const groupings = (limit: number): Readonly<Record<NodeAnalyticsList, UsageGrouping>> => ({
  unique_visits: VISITS_BY_DAY,
  time_of_day: { by: { field: 'pageview_info.hour_of_day' }, measures, ...mostUsed, limit: HOURS_PER_DAY },
  referer_domain: { by: { field: 'pageview_info.referer_domain' }, measures, ...mostUsed, limit },
  popular_pages: {
    by: { field: 'pageview_info.page_path' },
    measures: {
      ...measures,
      route: { mostCommon: 'pageview_info.route_name' },
      title: { mostCommon: 'pageview_info.page_title' },
    },
    ...mostUsed,
    limit,
  },
});

/** Public page views of an item and of all items within it. */
@Injectable()
export class NodeAnalyticsQuery implements Query<NodeAnalyticsParameters, NodeAnalytics> {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly catalog: Catalog,
  ) {}

  async run({ item, days, listLength }: NodeAnalyticsParameters): Promise<NodeAnalytics> {
    const where: UsageFilter = {
      withinIri: item.iri,
      itemPublic: true,
      actionLabels: { allOf: ['view', 'web'] },
      time: { start: days.start.start(), end: days.end.start() },
    };
    const result = await this.repository.queryUsages({ where, groupings: groupings(listLength) });
    const untitled = (result['popular_pages'] ?? []).filter((page) => !page.measures['title']);
    const itemTitles = untitled.length === 0 ? NO_TITLES : await this.findItemTitles(untitled, where, item);
    return toNodeAnalytics(result, itemTitles);
  }

  /** Finds the title of the item that each page is about, by path. Titles of items that are now private are left out. */
  private async findItemTitles(
    pages: readonly UsageGroup[],
    where: UsageFilter,
    item: CatalogItem,
  ): Promise<ReadonlyMap<string, string>> {
    const by = { field: 'pageview_info.page_path', values: pages.map(({ key }) => key) } as const;
    const groupings = { pages: { by, measures: { guids: { values: 'item_osfid' } } } } as const;
    const { pages: groups = [] } = await this.repository.queryUsages({ where, groupings });
    const guidsOfPath = new Map(groups.map(({ key, measures }) => [key, measures['guids'] as readonly string[]]));
    const items = await this.catalog.findItems([...new Set([...guidsOfPath.values()].flat())]);
    const titles = new Map<string, string>();
    for (const [path, guids] of guidsOfPath) {
      const found = guids.flatMap((guid) => items.get(guid) ?? []);
      const title = found.find((each) => each.title && (each.public || each.iri === item.iri))?.title;
      if (title) titles.set(path, title);
    }
    return titles;
  }
}

const NO_TITLES: ReadonlyMap<string, string> = new Map();

/** The OSF's front ends call string methods on the title and path of every page, so neither is ever null. */
function toNodeAnalytics(result: UsageQueryResult, itemTitles: ReadonlyMap<string, string>): NodeAnalytics {
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
