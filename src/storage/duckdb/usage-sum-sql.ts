import type { TimeRange } from '../../time/time-range.js';
import type { ItemRankQuery, PublicUsageFilter, UsageSumKey, UsageSumQuery } from '../usage-sum-query.js';
import { compileContexts, compilePublicContexts } from './public-usage-contexts.js';
import { compileIn, compileTimeRanges, joinConditions, type Statement } from './sql.js';
import { IS_DOWNLOAD, IS_VIEW } from './usage-day-sql.js';
import { compileDayCounts, compileDayItemCounts, compileDayItems, COUNTS, hasItemCounts } from './usage-day-sums.js';
import { compileDays, type DaySources } from './usage-days.js';

/** The lists of the monthly aggregate that correspond to a field of usages. */
const MONTHLY_LISTS = { provider_id: 'provider_ids', item_type: 'item_types' } as const;

/**
 * Compiles to a statement that returns a `UsageSum` for each group with usage.
 *
 * Items and sessions are compared by 64-bit hashes, which takes a fraction of the memory and time: see `itemHashOf`.
 *
 * @param query its `times` are without the rolled up `days`
 */
export function compileUsageSums(query: UsageSumQuery & DaySources): Statement {
  const { bucket, months, times, days, omitsItemCount = false } = query;
  const sources = [
    // A statement needs at least one source.
    ...(times.length > 0 || months.length + days.length === 0 ? [compileUsageSource(query)] : []),
    ...(months.length > 0 ? [compileRecordSource(query)] : []),
    ...(days.length > 0 ? [compileDaySource(query)] : []),
  ];
  const tables = sources.flatMap(({ table }) => table ?? []);
  const counts = unionAll(sources.map((source) => source.counts));
  const sums = COUNTS.map((name) => `sum(${name})::double as ${name}`).join(', ');
  const withCounts = `with ${[...tables, { sql: `counts as (${counts.sql})` }].map(({ sql }) => sql).join(', ')}`;
  if (omitsItemCount) {
    return {
      sql: `${withCounts}
        select key, strftime(counts.date, '%Y-%m-%d') as date, ${sums}, 0::double as item_count
        from counts group by key, counts.date order by key, counts.date`,
      values: [...tables, counts].flatMap(({ values }) => values),
    };
  }
  // An item has one record in each month.
  const isItemInOneRow = times.length === 0 && days.length === 0 && (bucket !== undefined || months.length === 1);
  const items = unionAll(sources.flatMap((source) => source.items ?? []));
  const itemCounts = unionAll([
    ...(items.sql === '' ? [] : [compileItemCounts(items, isItemInOneRow)]),
    ...sources.flatMap((source) => source.itemCounts ?? []),
  ]);
  return {
    sql: `${withCounts}, items as (${itemCounts.sql})
      select counts.key, strftime(counts.date, '%Y-%m-%d') as date, ${sums}, any_value(items)::double as item_count
      from counts join items on counts.key = items.key and counts.date is not distinct from items.date
      group by counts.key, counts.date order by counts.key, counts.date`,
    values: [...tables, counts, itemCounts].flatMap(({ values }) => values),
  };
}

/** A source of a sum: selects of rows with `key` and `date`. */
interface Source {
  /** A common table expression that the selects use. */
  readonly table?: Statement;
  readonly counts: Statement;
  /** The `item`s, or their number `items`. */
  readonly items?: Statement;
  readonly itemCounts?: Statement;
}

function compileUsageSource(query: UsageSumQuery & DaySources): Source {
  const { by, bucket, table, times } = query;
  const contexts = compileContexts(query, by, 'item_hash as item, item_public');
  const date = bucket ? `date_trunc('${bucket}', timestamp)::date` : 'null::date';
  // DuckDB loads the side of a join that it expects to be smaller. That should be the usages, so their rows are narrow, and
  // `item_public` is not a condition on the contexts alone: it would expect that a fifth of them is public.
  const used = `
    select key, date, item, session, action_labels
    from (
        select context_id, ${date} as date, hash(sessionhour_id) as session, action_labels
        from ${table} where ${compileIsUsed(times)}
      ) join (${contexts.sql}) using (context_id)
    where if(action_labels = 0, false, item_public)`;
  const counts = `
    select key, date,
      sum(views) as view_count, count_if(views > 0) as view_session_count,
      sum(downloads) as download_count, count_if(downloads > 0) as download_session_count
    from (
      select key, date, count(*) filter (${IS_VIEW}) as views, count(*) filter (${IS_DOWNLOAD}) as downloads
      from used group by key, date, hash(item, session)
    ) group by key, date`;
  return {
    table: { sql: `used as (${used})`, values: contexts.values },
    counts: { sql: counts, values: [] },
    items: { sql: 'select distinct key, date, item from used', values: [] },
  };
}

function compileRecordSource(query: UsageSumQuery): Source {
  const { by, bucket } = query;
  const { sql, values } = compileRecords(query, by, 'item_hash as item');
  const date = bucket ? `(month || '-01')::date` : 'null::date';
  const sums = COUNTS.map((name) => `sum("total.${name}") as ${name}`);
  return {
    table: { sql: `recorded as (select *, ${date} as date from (${sql}))`, values },
    counts: { sql: `select key, date, ${sums.join(', ')} from recorded group by key, date`, values: [] },
    items: { sql: 'select key, date, item from recorded', values: [] },
  };
}

function compileDaySource(query: UsageSumQuery & DaySources): Source {
  const counts = compileDayCounts(query);
  if (hasItemCounts(query)) return { counts, itemCounts: compileDayItemCounts(query) };
  return { counts, items: compileDayItems(query) };
}

function compileItemCounts({ sql, values }: Statement, isItemInOneRow: boolean): Statement {
  const count = isItemInOneRow ? 'count(*)' : 'count(distinct item)';
  return { sql: `select key, date, ${count} as items from (${sql}) group by key, date`, values };
}

function unionAll(statements: readonly Statement[]): Statement {
  return {
    sql: statements.map(({ sql }) => sql).join(' union all '),
    values: statements.flatMap(({ values }) => values),
  };
}

/**
 * Compiles to a statement that returns `RankedItem`s, each with the `total` number of items. Items are ranked by their hashes,
 * and IRIs are read only of those with the largest counts, with all that are equal to the last of them.
 */
export function compileItemRanking(query: ItemRankQuery & DaySources): Statement {
  const { orderBy, offset, limit, ...filter } = query;
  const contexts = compilePublicContexts(filter, 'all', 'item_hash as item');
  const named = compilePublicContexts(filter, 'all', 'item_hash as item, item_iri, item_osfid');
  // Contexts are joined once, for usages and rolled up days together.
  const ofContexts = `
    select item, counted, null::bigint as record_id
    from (select context_id, sum(counted)::bigint as counted from (${compileContextRanks(query)}) group by context_id)
      join (${contexts.sql}) using (context_id)`;
  const names = `select item, item_iri, item_osfid from (${named.sql}) where item in (select item from top_items)`;
  const records = compileRecords(filter, 'all', 'item_hash as item, rowid as record_id');
  const ofRecords = `select item, "total.${orderBy}", record_id from (${records.sql})`;
  const namesOfRecords = `
    select item, monthly_item_usage.item_iri, item_osfids[1]
    from top_items join monthly_item_usage on monthly_item_usage.rowid = record_id`;
  const hasRecords = filter.months.length > 0;
  return {
    sql: `
      with counts as materialized (
        select item, sum(counted) as counted, max(record_id) as record_id
        from (${ofContexts} ${hasRecords ? `union all ${ofRecords}` : ''}) group by item
      ),
      top_items as materialized (
        select *, (select count(*) from counts)::double as total from counts
        where counted >= (select min(counted) from (select counted from counts order by counted desc limit ${offset + limit}))
      )
      select item_iri, min(item_osfid) as item_osfid, any_value(total) as total
      from top_items join (${names} ${hasRecords ? `union all ${namesOfRecords}` : ''}) using (item)
      group by item_iri order by any_value(counted) desc, item_iri limit ${limit} offset ${offset}`,
    values: [...contexts.values, ...(hasRecords ? records.values : []), ...named.values],
  };
}

/** How often the contexts are `counted`, in several rows for each of them. */
function compileContextRanks({ orderBy, times, days, table }: ItemRankQuery & DaySources): string {
  const isCounted = orderBy === 'view_count' ? IS_VIEW : IS_DOWNLOAD;
  const used = `select context_id, (${isCounted})::integer as counted from ${table} where ${compileIsUsed(times)}`;
  if (days.length === 0) return used;
  return `select context_id, ${orderBy} as counted from usage_day_items where ${compileDays(days)}
    ${times.length > 0 ? `union all ${used}` : ''}`;
}

/** The condition that a usage is a view or download within one of the times. It has no placeholders. */
function compileIsUsed(times: readonly TimeRange[]): string {
  return `(${IS_VIEW} or ${IS_DOWNLOAD}) and ${compileTimeRanges(times)}`;
}

/** The records of the filter, with their key. @param column another column */
function compileRecords(filter: PublicUsageFilter, by: UsageSumKey, column: string): Statement {
  const { months, itemIris } = filter;
  const names = months.map((month) => `'${month.toString()}'`).join(', ');
  const filters = { provider_id: filter.providers, item_type: filter.itemTypes };
  const conditions = joinConditions([
    { sql: `month in (${names || 'null'})`, values: [] },
    { sql: '"total.view_count" + "total.download_count" > 0', values: [] },
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
