import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import type { CatalogItem } from '../items/catalog.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { UsageFilter, UsageGrouping } from '../storage/usage-query.js';
import type { DateRange } from '../time/date-range.js';
import {
  HOURS_PER_DAY,
  MAX_LIST_LENGTH,
  type NodeAnalytics,
  type NodeAnalyticsList,
  selectRows,
  toNodeAnalytics,
} from './node-analytics.js';
import { PageTitles } from './page-titles.service.js';
import type { Query } from './query.js';
import { VISITS, VISITS_BY_DAY } from './visit-counts.js';

export const TIMESPANS = ['week', 'fortnight', 'month'] as const;
export type Timespan = (typeof TIMESPANS)[number];

export interface NodeAnalyticsParameters {
  readonly item: CatalogItem;
  readonly days: Required<DateRange>;
  /** The length of the lists of referrers and pages. */
  readonly listLength: number;
  /** Whether referrers and pages with fewer visits than `PUBLIC_MINIMUM_VISITS` are listed too. */
  readonly forEditor?: boolean;
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
    private readonly titles: PageTitles,
    private readonly configuration: Configuration,
  ) {}

  async run({ item, days, listLength, forEditor = false }: NodeAnalyticsParameters): Promise<NodeAnalytics> {
    const where: UsageFilter = {
      withinIri: item.iri,
      itemPublic: true,
      actionLabels: { allOf: ['view', 'web'] },
      time: { start: days.start.start(), end: days.end.start() },
    };
    const minimumVisits = forEditor ? 1 : this.configuration.publicMinimumVisits;
    // Other rows move up for those that are hidden.
    const limit = minimumVisits > 1 ? MAX_LIST_LENGTH : listLength;
    const result = await this.repository.queryUsages({ where, groupings: groupings(limit) });
    const referer_domain = selectRows(result['referer_domain'] ?? [], minimumVisits, listLength);
    const popular_pages = selectRows(result['popular_pages'] ?? [], minimumVisits, listLength);
    const itemTitles = await this.titles.find(popular_pages, where, item.iri);
    return toNodeAnalytics({ ...result, referer_domain, popular_pages }, itemTitles);
  }
}
