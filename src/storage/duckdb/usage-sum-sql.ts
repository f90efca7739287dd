import type { ItemRankQuery, PublicUsageFilter, UsageSumKey, UsageSumQuery } from '../usage-sum-query.js';
import { compilePublicContexts } from './public-usage-contexts.js';
import { compileIn, compileTimeRange, joinConditions, type Statement } from './sql.js';
import { IS_DOWNLOAD, IS_VIEW } from './usage-day-sql.js';
import {
  compileDayCounts,
  compileDayItemCounts,
  compileDayItems,
  compileDayRanks,
  COUNTS,
  hasItemCounts,
} from './usage-day-sums.js';
import type { DaySources } from './usage-days.js';

/** The lists of the monthly aggregate that correspond to a field of usages. */
const MONTHLY_LISTS = { provider_id: 'provider_ids', item_type: 'item_types' } as const;

/**
 * Compiles to a statement that returns a `UsageSum` for each group with usage.
 *
 * Items and sessions are compared by 64-bit hashes, which takes a fraction of the memory and time. That two of ten million
 * have the same hash has a probability of 1 in 370,000.
 *
 * @param query its `times` are without the rolled up `days`
 */
export function compileUsageSums(query: UsageSumQuery & DaySources): Statement {
  const { by, bucket, months, times, days } = query;
  const usages = compileUsages(query, by, 'hash(item_iri) as item');
  const records = compileRecords(query, by, 'hash(item_iri) as item');
  const dateOfUsage = bucket ? `date_trunc('${bucket}', timestamp)::date` : 'null::date';
  const dateOfRecord = bucket ? `(month || '-01')::date` : 'null::date';
  const countsOfRecords = COUNTS.map((name) => `sum("total.${name}") as ${name}`);
  const sums = COUNTS.map((name) => `sum(${name})::double as ${name}`);
  // An item has one record in each month.
  const isItemInOneRow = times.length === 0 && days.length === 0 && (bucket !== undefined || months.length === 1);
  const dayCounts = compileDayCounts(query);
  const [dayItems, dayItemCounts] = hasItemCounts(query)
    ? [undefined, compileDayItemCounts(query)]
    : [compileDayItems(query), undefined];
  return {
    sql: `
      with used as (select *, ${dateOfUsage} as date from (${usages.sql})),
      recorded as (select *, ${dateOfRecord} as date from (${records.sql})),
      counts as (
        select key, date,
          count(*) filter (${IS_VIEW}) as view_count,
          count(distinct hash(item, sessionhour_id)) filter (${IS_VIEW}) as view_session_count,
          count(*) filter (${IS_DOWNLOAD}) as download_count,
          count(distinct hash(item, sessionhour_id)) filter (${IS_DOWNLOAD}) as download_session_count
        from used group by key, date
        union all
        select key, date, ${countsOfRecords.join(', ')} from recorded group by key, date
        union all
        ${dayCounts.sql}
      ),
      items as (
        select key, date, count(${isItemInOneRow ? '*' : 'distinct item'})::double as item_count from (
          select distinct key, date, item from used union all select key, date, item from recorded
          ${dayItems ? `union all ${dayItems.sql}` : ''}
        ) group by key, date
        ${dayItemCounts ? `union all ${dayItemCounts.sql}` : ''}
      )
      select counts.key, strftime(counts.date, '%Y-%m-%d') as date, ${sums.join(', ')}, any_value(item_count) as item_count
      from counts join items on counts.key = items.key and counts.date is not distinct from items.date
      group by counts.key, counts.date order by counts.key, counts.date`,
    values: [usages, records, dayCounts, dayItems, dayItemCounts].flatMap((part) => part?.values ?? []),
  };
}

/** Compiles to a statement that returns `RankedItem`s, each with the `total` number of items. */
export function compileItemRanking(query: ItemRankQuery & DaySources): Statement {
  const { orderBy, offset, limit, ...filter } = query;
  const usages = compileUsages(filter, 'item_iri', 'item_osfid');
  const records = compileRecords(filter, 'item_iri', 'item_osfids[1] as item_osfid');
  const rolledUp = compileDayRanks(query);
  const isCounted = orderBy === 'view_count' ? IS_VIEW : IS_DOWNLOAD;
  return {
    sql: `
      with items as (
        select key, min(item_osfid) as item_osfid, count(*) filter (${isCounted}) as counted
        from (${usages.sql}) group by key
        union all by name
        select key, item_osfid, "total.${orderBy}" as counted from (${records.sql})
        union all by name
        ${rolledUp.sql}
      )
      select key as item_iri, min(item_osfid) as item_osfid, count(*) over ()::double as total
      from items group by key order by sum(counted) desc, key limit ${limit} offset ${offset}`,
    values: [...usages.values, ...records.values, ...rolledUp.values],
  };
}

/** The usages of the filter, with their key. @param column another column of their contexts */
function compileUsages(filter: PublicUsageFilter, by: UsageSumKey, column: string): Statement {
  const ranges = filter.times.map(compileTimeRange);
  const times = ranges.map((range) => `(${range.sql})`).join(' or ');
  const contexts = compilePublicContexts(filter, by, column);
  return {
    sql: `
      select key, * exclude (key) from usages join (${contexts.sql}) using (context_id)
      where (${IS_VIEW} or ${IS_DOWNLOAD}) and (${times || 'false'})`,
    values: [...contexts.values, ...ranges.flatMap(({ values }) => values)],
  };
}

/** The records of the filter, with their key. @param column another column */
function compileRecords(filter: PublicUsageFilter, by: UsageSumKey, column: string): Statement {
  const { months, itemIris } = filter;
  const names = months.map((month) => `'${month.toString()}'`).join(', ');
  const filters = { provider_id: filter.providers, item_type: filter.itemTypes };
  const conditions = joinConditions([
    { sql: `month in (${names || 'null'})`, values: [] },
    { sql: '("total.view_count" > 0 or "total.download_count" > 0)', values: [] },
    ...(itemIris ? [compileIn('item_iri', itemIris)] : []),
    ...Object.entries(filters).flatMap(([field, values]) =>
      values ? [compileHasAny(MONTHLY_LISTS[field as keyof typeof filters], values)] : [],
    ),
  ]);
  const selectAs = (key: string): string =>
    `select ${key} as key, *, ${column} from monthly_item_usage where ${conditions.sql}`;
  if (by === 'all' || by === 'item_iri') {
    return { sql: selectAs(by === 'all' ? `''` : by), values: conditions.values };
  }
  // The other providers of an item are not asked for.
  const among = filters[by] ? compileIn('key', filters[by]) : { sql: 'true', values: [] };
  return {
    sql: `select * from (${selectAs(`unnest(${MONTHLY_LISTS[by]})`)}) where ${among.sql}`,
    values: [...conditions.values, ...among.values],
  };
}

function compileHasAny(list: string, values: readonly string[]): Statement {
  return { sql: `list_has_any(${list}, from_json(?, '["VARCHAR"]'))`, values: [JSON.stringify(values)] };
}
