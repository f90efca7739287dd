import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import type { CatalogItem } from '../items/catalog.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { UsageFilter } from '../storage/usage-query.js';
import type { DateRange } from '../time/date-range.js';
import { MAX_LIST_LENGTH, type NodeAnalytics, selectRows, toNodeAnalytics } from './node-analytics.js';
import { NODE_ANALYTICS_GROUPINGS } from './node-analytics-groupings.js';
import { PageTitles } from './page-titles.service.js';
import type { Query } from './query.js';

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
    const { referer_domain: referrers, popular_pages: pages, ...others } = NODE_ANALYTICS_GROUPINGS;
    const groupings = { ...others, referer_domain: { ...referrers, limit }, popular_pages: { ...pages, limit } };
    const result = await this.repository.queryUsages({ where, groupings });
    const referer_domain = selectRows(result['referer_domain'] ?? [], minimumVisits, listLength);
    const popular_pages = selectRows(result['popular_pages'] ?? [], minimumVisits, listLength);
    const itemTitles = await this.titles.find(popular_pages, where, item.iri);
    return toNodeAnalytics({ ...result, referer_domain, popular_pages }, itemTitles);
  }
}
