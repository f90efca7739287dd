import type {
  UsageDimension,
  UsageFilter,
  UsageGroupBy,
  UsageGrouping,
  UsageMeasure,
  UsageQuery,
} from '../usage-query.js';
import { compileIn, compileText, joinConditions, type Statement } from './sql.js';
import { columnName, CONTEXT_COLUMNS, type UsageTable } from './usage-columns.js';
import {
  compileContextIds,
  compileFilter,
  compileLabels,
  compileRoots,
  type FoundContext,
} from './usage-filter-sql.js';

const VALUES_LIMIT = 10;

/** Compiles a query to one statement that returns, for each grouping, its `name` and `groups`, a JSON list. */
export function compileUsageQuery(query: UsageQuery, found?: readonly FoundContext[]): Statement {
  const matched = compileMatched(query, found);
  const groupings = Object.entries(query.groupings).map(([name, grouping]) => compileNamed(name, grouping, found));
  return {
    sql: `with matched as materialized (${matched.sql}) ${groupings.map(({ sql }) => sql).join(' union all ')}`,
    values: [matched, ...groupings].flatMap(({ values }) => values),
  };
}

/**
 * Compiles a query with one grouping to a statement that returns its groups as rows, which takes half the time.
 *
 * @param table has all usages of the filter
 */
export function compileSingleGrouping(
  where: UsageFilter,
  grouping: UsageGrouping,
  found?: readonly FoundContext[],
  table?: UsageTable,
): Statement {
  const matched = compileMatched({ where, groupings: { grouping } }, found, table);
  const grouped = compileGrouping(grouping, found);
  const { orderBy, limit } = grouping;
  return {
    sql: `with matched as materialized (${matched.sql}) ${grouped.sql}
      order by ${compileOrder(orderBy)} ${limit === undefined ? '' : `limit ${limit}`}`,
    values: [...matched.values, ...grouped.values],
  };
}

/** A page of the groups of a field of `usage_contexts`. */
export interface GroupPage {
  readonly field: UsageDimension;
  readonly after: string;
  readonly limit: number;
}

/** The page of groups that a grouping selects. Undefined for other groupings. */
export function pageOf({ by, limit, after = '', orderBy }: UsageGrouping): GroupPage | undefined {
  if (typeof by === 'string' || !('field' in by) || by.values || limit === undefined || orderBy) return undefined;
  return isContextColumn(by.field) ? { field: by.field, after, limit } : undefined;
}

/** Compiles the keys of a page. Finding them first avoids counting the groups of all later pages. */
export function compilePageKeys(where: UsageFilter, { field, after, limit }: GroupPage): Statement {
  const conditions = compileFilter(where);
  return {
    sql: `select distinct ${field} as key from usage_contexts
      where context_id in (select context_id from usages where ${conditions.sql}) and ${field} > ?
      order by key limit ${limit}`,
    values: [...conditions.values, after],
  };
}

function compileMatched(
  { where, groupings }: UsageQuery,
  found?: readonly FoundContext[],
  table: UsageTable = 'usages',
): Statement {
  const [only, ...others] = Object.values(groupings);
  const { sql: condition, values } = joinConditions([
    compileFilter(where, found),
    ...(only && others.length === 0 ? [compileContextsOf(only.by)] : []),
  ]);
  const columns = new Set(['timestamp', 'context_id', 'sessionhour_id', 'action_labels']);
  for (const grouping of Object.values(groupings)) {
    for (const field of fieldsOf(grouping, found)) columns.add(columnName(field));
  }
  const needsContexts = [...columns].some((column) => isContextColumn(column));
  const select = `select ${[...columns].join(', ')}`;
  // DuckDB does not apply the condition to the contexts by itself, and would load all of them.
  const contexts = found ? `(select * from usage_contexts where ${compileContextIds(found).sql})` : 'usage_contexts';
  const join = needsContexts ? `join ${contexts} using (context_id)` : '';
  const rootRange = found ? `and ${compileRoots(found)}` : '';
  const ofRecent = `${select} from usages_recent ${join} where ${condition}`;
  if (table === 'usages_recent') return { sql: ofRecent, values };
  return {
    sql: `${ofRecent}
      union all ${select} from usages_settled ${join} where ${condition} ${rootRange}`,
    values: [...values, ...values],
  };
}

/** The groups of a grouping as one row with its name. They are sorted again for the list, which is faster than numbering them. */
function compileNamed(name: string, grouping: UsageGrouping, found?: readonly FoundContext[]): Statement {
  const { sql, values } = compileGrouping(grouping, found);
  const { limit } = grouping;
  const order = compileOrder(grouping.orderBy);
  const groups = limit === undefined ? sql : `${sql} order by ${order} limit ${limit}`;
  return {
    sql: `select ${compileText(name)} as name, to_json(list(g order by ${order})) as groups from (${groups}) g`,
    values,
  };
}

export function compileOrder(orderBy: UsageGrouping['orderBy']): string {
  return orderBy ? `"${orderBy.measure}" desc, key` : 'key';
}

/** The groups of a grouping, in no particular order. */
function compileGrouping({ by, measures, after }: UsageGrouping, found?: readonly FoundContext[]): Statement {
  const { key, from, conditions } = compileGroupBy(by);
  const where = joinConditions([
    ...conditions,
    ...(after === undefined ? [] : [{ sql: `${key} > ?`, values: [after] }]),
  ]);
  if (hasManySessionCounts(measures)) return compileCountsBySession({ key, from, where, by, measures }, found);
  const compiled = Object.entries(measures).map(([measure, definition]) => {
    const { sql, values } = compileMeasure(definition, found);
    return { sql: `${sql} as "${measure}"`, values };
  });
  return {
    sql: `select ${[`${key} as key`, ...compiled.map(({ sql }) => sql)].join(', ')} from ${from}
      where ${where.sql} ${by === 'all' ? '' : 'group by 1'}`,
    values: [...compiled.flatMap(({ values }) => values), ...where.values],
  };
}

/** Whether the measures only count, and more than one of them counts session-hours. */
function hasManySessionCounts(measures: UsageGrouping['measures']): boolean {
  const counted = Object.values(measures).map((measure) => ('count' in measure ? measure.count : undefined));
  return !counted.includes(undefined) && counted.filter((count) => count === 'session-hours').length > 1;
}

/** Counts the usages of each session-hour first: several `count(distinct …)` take twice as long. */
function compileCountsBySession(
  { key, from, where, by, measures }: { key: string; from: string; where: Statement } & UsageGrouping,
  found?: readonly FoundContext[],
): Statement {
  const counted = Object.entries(measures).map(([name, measure]) => {
    const { sql, values } = compileMeasure({ ...measure, count: 'usages' }, found);
    const isOfUsages = 'count' in measure && measure.count === 'usages';
    const total = isOfUsages ? `coalesce(sum("${name}"), 0)` : `count(*) filter ("${name}" > 0)`;
    return { inner: `${sql} as "${name}"`, outer: `${total}::double as "${name}"`, values };
  });
  return {
    sql: `select ${[by === 'all' ? `'' as key` : 'key', ...counted.map(({ outer }) => outer)].join(', ')}
      from (
        select ${[`${key} as key`, ...counted.map(({ inner }) => inner)].join(', ')} from ${from}
        where ${where.sql} group by 1, sessionhour_id
      ) ${by === 'all' ? '' : 'group by key'}`,
    values: [...counted.flatMap(({ values }) => values), ...where.values],
  };
}

function compileGroupBy(by: UsageGroupBy): { key: string; from: string; conditions: Statement[] } {
  if (by === 'all') return { key: `''`, from: 'matched', conditions: [] };
  if ('time' in by) {
    return { key: `strftime(date_trunc('${by.time}', timestamp), '%Y-%m-%d')`, from: 'matched', conditions: [] };
  }
  if ('withinIris' in by) {
    const within = compileIn('iri', by.withinIris);
    return { key: 'iri', from: 'matched join usage_context_within using (context_id)', conditions: [within] };
  }
  const key =
    by.field === 'pageview_info.hour_of_day'
      ? 'case when page_url is not null then hour(timestamp) end'
      : columnName(by.field);
  const present = { sql: `${key} is not null`, values: [] };
  if (!by.values) return { key, from: 'matched', conditions: [present] };
  return { key, from: 'matched', conditions: [present, compileIn(`${key}::varchar`, by.values)] };
}

function compileMeasure(measure: UsageMeasure, found?: readonly FoundContext[]): Statement {
  if ('mostCommon' in measure) {
    const entries = `map_entries(histogram(${columnName(measure.mostCommon)}))`;
    const sorted = `list_sort(list_transform(${entries}, e -> {'less': -e.value::bigint, 'value': e.key}))`;
    return { sql: `(${sorted})[1].value`, values: [] };
  }
  if ('values' in measure) return { sql: compileValues(measure), values: [] };
  const { actionLabels = {}, itemIri } = measure.where ?? {};
  const { sql, values } = joinConditions([
    { sql: compileLabels(actionLabels), values: [] },
    ...(itemIri === undefined ? [] : [compileItem(itemIri, found)]),
  ]);
  const counted = measure.count === 'usages' ? 'count(*)' : 'count(distinct sessionhour_id)';
  return { sql: `${counted} filter (${sql})::double`, values };
}

/** Comparing the ids of contexts that were looked up avoids a join. */
function compileItem(itemIri: string, found?: readonly FoundContext[]): Statement {
  if (!found) return { sql: 'item_iri = ?', values: [itemIri] };
  return compileContextIds(found.filter(({ item_iri }) => item_iri === itemIri));
}

export function compileValues({ values }: Extract<UsageMeasure, { values: string }>): string {
  const column = columnName(values);
  return `coalesce(list_sort(list(distinct ${column}) filter (${column} is not null))[1:${VALUES_LIMIT}], [])`;
}

/** The condition on `usages` that excludes usages in none of the selected groups. */
function compileContextsOf(by: UsageGroupBy): Statement {
  if (typeof by !== 'string' && 'withinIris' in by) {
    const { sql, values } = compileIn('iri', by.withinIris);
    return { sql: `context_id in (select context_id from usage_context_within where ${sql})`, values };
  }
  if (typeof by !== 'string' && 'field' in by && by.values && isContextColumn(by.field)) {
    const { sql, values } = compileIn(by.field, by.values);
    return { sql: `context_id in (select context_id from usage_contexts where ${sql})`, values };
  }
  return { sql: 'true', values: [] };
}

function fieldsOf({ by, measures }: UsageGrouping, found?: readonly FoundContext[]): string[] {
  const measured = Object.values(measures).flatMap((measure) => {
    if ('mostCommon' in measure) return [measure.mostCommon];
    if ('values' in measure) return [measure.values];
    return measure.where?.itemIri === undefined || found ? [] : ['item_iri'];
  });
  return typeof by !== 'string' && 'field' in by ? [by.field, ...measured] : measured;
}

function isContextColumn(name: string): boolean {
  return CONTEXT_COLUMNS.some((column) => column.name === name);
}
