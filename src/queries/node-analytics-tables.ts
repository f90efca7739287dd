import type { Type } from '@nestjs/common';
import { documentedProperties, type ResponseTable } from '../http/responses/response-files.interceptor.js';
import { HourCount, type NodeAnalytics, type NodeAnalyticsList, PageCount, RefererCount } from './node-analytics.js';
import { DayCount } from './visit-counts.js';

const ROWS: Record<NodeAnalyticsList, Type> = {
  unique_visits: DayCount,
  time_of_day: HourCount,
  referer_domain: RefererCount,
  popular_pages: PageCount,
};

/** The lists of `NodeAnalytics` as tables of a file. */
export const NODE_ANALYTICS_TABLES = Object.fromEntries(
  Object.entries(ROWS).map(([list, type]): [string, ResponseTable] => [
    list,
    {
      columns: documentedProperties(type),
      toRows: ({ attributes }) => (attributes as NodeAnalytics)[list as NodeAnalyticsList],
      summedColumns: ['count'],
    },
  ]),
);
