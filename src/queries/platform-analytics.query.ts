import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import type { ItemType } from '../model/counted-auth-usage.js';
import type { UsageFilter } from '../storage/usage-query.js';
import type { DateRange } from '../time/date-range.js';
import { type NodeAnalytics, type NodeAnalyticsList, selectRows, toNodeAnalytics } from './node-analytics.js';
import { PageTitles } from './page-titles.service.js';
import { PlatformAnalyticsParts } from './platform-analytics-parts.service.js';
import type { Query } from './query.js';

export interface PlatformAnalyticsParameters {
  readonly days: Required<DateRange>;
  /** The length of the lists of referrers and pages. */
  readonly listLength: number;
  readonly providers?: readonly string[];
  readonly itemTypes?: readonly ItemType[];
  /** The lists to read; the others stay empty. Default: all. */
  readonly lists?: readonly NodeAnalyticsList[];
  /** Whether referrers and pages with fewer visits than `PUBLIC_MINIMUM_VISITS` are listed too. */
  readonly forEditor?: boolean;
}

/** Public page views of all items. */
@Injectable()
export class PlatformAnalyticsQuery implements Query<PlatformAnalyticsParameters, NodeAnalytics> {
  constructor(
    private readonly parts: PlatformAnalyticsParts,
    private readonly titles: PageTitles,
    private readonly configuration: Configuration,
  ) {}

  async run(parameters: PlatformAnalyticsParameters): Promise<NodeAnalytics> {
    const { days, lists, listLength, providers, itemTypes, forEditor = false } = parameters;
    const filter: UsageFilter = { itemPublic: true, providers, itemTypes, actionLabels: { allOf: ['view', 'web'] } };
    const minimumVisits = forEditor ? 1 : this.configuration.publicMinimumVisits;
    const groups = await this.parts.read(days, filter, lists);
    const referer_domain = selectRows(groups.referer_domain, minimumVisits, listLength);
    const popular_pages = selectRows(groups.popular_pages, minimumVisits, listLength);
    const time = { start: days.start.start(), end: days.end.start() };
    const itemTitles = await this.titles.find(popular_pages, { ...filter, time });
    return toNodeAnalytics({ ...groups, referer_domain, popular_pages }, itemTitles);
  }
}
