import type { UsageSumQuery } from '../usage-sum-query.js';
import { compilePublicContexts } from './public-usage-contexts.js';
import { compileIn, joinConditions, type Statement } from './sql.js';
import { compileDays, type DaySources } from './usage-days.js';

/** The counts of usages that add up over days. */
export const COUNTS = ['view_count', 'view_session_count', 'download_count', 'download_session_count'];
const SUMS = COUNTS.map((name) => `sum(${name}) as ${name}`).join(', ');

type SumQuery = UsageSumQuery & DaySources;

/** The counts of rolled up days by `key` and `date`. */
export function compileDayCounts(query: SumQuery): Statement {
  const { sql, values } = query.itemIris ? compileItems(query) : compileSums(query);
  return { sql: `select key, date, ${SUMS} from (${sql}) group by key, date`, values };
}

/** Whether the items of the query can be counted by `compileDayItemCounts`. */
export function hasItemCounts({ bucket, itemIris }: UsageSumQuery): boolean {
  return bucket === 'day' && !itemIris;
}

/** The number of items on each rolled up day, by `key` and `date`: an item has one row a day. */
export function compileDayItemCounts(query: SumQuery): Statement {
  const { sql, values } = compileSums(query);
  return { sql: `select key, date, sum(item_count) as items from (${sql}) group by key, date`, values };
}

/** The items of rolled up days, by `key` and `date`. */
export function compileDayItems(query: SumQuery): Statement {
  const contexts = compilePublicContexts(query, query.by, 'item_hash as item');
  // The item of a context is looked up once, not for each day.
  return {
    sql: `select key, date, item
      from (select distinct ${dateOf(query)} as date, context_id from usage_day_items where ${compileDays(query.days)})
      join (${contexts.sql}) using (context_id)`,
    values: contexts.values,
  };
}

/** Rows of `usage_day_items` with their key. */
function compileItems(query: SumQuery): Statement {
  const contexts = compilePublicContexts(query, query.by, 'item_iri');
  return {
    sql: `select * replace (${dateOf(query)} as date)
      from usage_day_items join (${contexts.sql}) using (context_id) where ${compileDays(query.days)}`,
    values: contexts.values,
  };
}

/** Rows of `usage_day_sums` with their key. */
function compileSums(query: SumQuery): Statement {
  const { by, providers, itemTypes, days } = query;
  const key = by === 'all' ? `''` : by;
  const { sql, values } = joinConditions([
    { sql: `${compileDays(days)} and ${key} is not null`, values: [] },
    ...(providers ? [compileIn('provider_id', providers)] : []),
    ...(itemTypes ? [compileIn('item_type', itemTypes)] : []),
  ]);
  return {
    sql: `select ${key} as key, * replace (${dateOf(query)} as date) from usage_day_sums where ${sql}`,
    values,
  };
}

/** The first day of the bucket of a day. */
function dateOf({ bucket }: UsageSumQuery): string {
  return bucket ? `date_trunc('${bucket}', date)::date` : 'null::date';
}
