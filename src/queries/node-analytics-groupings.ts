import type { UsageGrouping } from '../storage/usage-query.js';
import { HOURS_PER_DAY, type NodeAnalyticsList } from './node-analytics.js';
import { VISITS, VISITS_BY_DAY } from './visit-counts.js';

/** Lists show visits but are ordered by usages, like the OSF's own analytics. */
const measures = { count: VISITS, usages: { count: 'usages' } } as const;
const mostUsed = { orderBy: { measure: 'usages' } } as const;

/** How page views are counted for `NodeAnalytics`. The lists of referrers and pages need a limit. */
export const NODE_ANALYTICS_GROUPINGS = {
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
} as const satisfies Record<NodeAnalyticsList, UsageGrouping>;
