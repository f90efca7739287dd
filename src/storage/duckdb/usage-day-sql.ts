import type { DuckDBConnection } from '@duckdb/node-api';
import type { CalendarDate } from '../../time/calendar-date.js';
import type { UsageFilter, UsageGroupBy, UsageGrouping, UsageMeasure } from '../usage-query.js';
import { compileTimeRange, selectRows } from './sql.js';
import { compileLabels } from './usage-filter-sql.js';
import { compileSingleGrouping } from './usage-query-compiler.js';

export const IS_VIEW = compileLabels({ allOf: ['view'] });
export const IS_DOWNLOAD = compileLabels({ allOf: ['download'] });

/** The condition that a usage counts as public usage of an item. */
export const IS_PUBLIC_USAGE = `item_public and item_iri is not null and (${IS_VIEW} or ${IS_DOWNLOAD})`;

export type DayDimension = 'day' | 'hour' | 'referrer';

/** Usages whose groups are rolled up. The names are part of the file format. */
export interface DaySelection {
  readonly name: 'all' | 'authenticated' | 'page views';
  /** Without a time. */
  readonly where: UsageFilter;
  readonly dimensions: readonly DayDimension[];
}

export const DAY_SELECTIONS: readonly DaySelection[] = [
  { name: 'all', where: {}, dimensions: ['day'] },
  { name: 'authenticated', where: { userIsAuthenticated: true }, dimensions: ['day'] },
  {
    name: 'page views',
    where: { itemPublic: true, actionLabels: { allOf: ['view', 'web'] } },
    dimensions: ['day', 'hour', 'referrer'],
  },
];

export const DAY_DIMENSIONS: Record<DayDimension, UsageGroupBy> = {
  day: { time: 'day' },
  hour: { field: 'pageview_info.hour_of_day' },
  referrer: { field: 'pageview_info.referer_domain' },
};

const MEASURES: Record<string, UsageMeasure> = { usages: { count: 'usages' }, visits: { count: 'session-hours' } };

/**
 * Adds the rows of a day to the tables of rolled up days, within a transaction.
 *
 * @returns false if it cannot be rolled up: an item had several providers, types or short ids on the day, so that its
 * session-hours with each of them would not add up. This is rare; the transaction must then be rolled back.
 */
export async function insertDay(connection: DuckDBConnection, date: CalendarDate): Promise<boolean> {
  const day = `date '${date.toString()}'`;
  const time = { start: date.start(), end: date.end() };
  const { sql: isOfDay, values } = compileTimeRange(time);
  const usages = `select * from usages join usage_contexts using (context_id) where ${isOfDay} and ${IS_PUBLIC_USAGE}`;
  for (const table of ['usage_day_items', 'usage_day_sums', 'usage_day_groups']) {
    await connection.run(`delete from ${table} where date = ${day}`);
  }
  await connection.run(`insert into usage_days values (${day})`);
  const isUsed = `select 1 from usages where ${isOfDay} limit 1`;
  if ((await selectRows(connection, isUsed, values)).length === 0) return true;
  const ambiguous = `
    select item_iri from (select distinct item_iri, provider_id, item_type, item_osfid from (${usages}))
    group by item_iri having count(*) > 1 limit 1`;
  if ((await selectRows(connection, ambiguous, values)).length > 0) return false;
  await connection.run(
    `insert into usage_day_items
     with sessions as (
       select item_iri, min(context_id) as context_id,
         count(*) filter (${IS_VIEW}) as views, count(*) filter (${IS_DOWNLOAD}) as downloads
       from (${usages}) group by item_iri, sessionhour_id
     )
     select ${day}, min(context_id) as context_id,
       sum(views), count_if(views > 0), sum(downloads), count_if(downloads > 0)
     from sessions group by item_iri order by context_id`,
    values,
  );
  await connection.run(
    `insert into usage_day_sums
     select date, provider_id, item_type, sum(view_count), sum(view_session_count), sum(download_count),
       sum(download_session_count), count(*)
     from usage_day_items join usage_contexts using (context_id) where date = ${day} group by all`,
  );
  for (const { name, where, dimensions } of DAY_SELECTIONS) {
    for (const dimension of dimensions) {
      const grouping: UsageGrouping = { by: DAY_DIMENSIONS[dimension], measures: MEASURES };
      const groups = compileSingleGrouping({ ...where, time }, grouping);
      await connection.run(
        `insert into usage_day_groups select ${day}, '${name}', '${dimension}', key, usages, visits from (${groups.sql})`,
        groups.values,
      );
    }
  }
  return true;
}
