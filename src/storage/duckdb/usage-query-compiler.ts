import type {
  LabelFilter,
  UsageDimension,
  UsageFilter,
  UsageGroupBy,
  UsageGrouping,
  UsageMeasure,
  UsageQuery,
} from '../usage-query.js';
import { compileIn, compileTimeRange, joinConditions, type Statement } from './sql.js';
import { columnName, CONTEXT_COLUMNS, toBits } from './usage-columns.js';

const VALUES_LIMIT = 10;

/** The conditions of a filter that are on `usage_contexts`. */
const CONTEXT_FILTERS = ['itemPublic', 'unknownItem', 'itemIri', 'withinIri'] as const;

/** The condition `unknownItem` on `usage_contexts`. */
export const IS_UNKNOWN_ITEM = 'item_type is null and item_osfid is not null and not item_public';

/** The contexts of the items of a filter, and where their clustered usages are. */
export interface FoundContexts {
  readonly contextIds: readonly number[];
  /** The range of the roots of the contexts; null if none of their usages are clustered. */
  readonly firstRoot: number | null;
  readonly lastRoot: number | null;
}

/** Compiles the lookup of `FoundContexts`. Undefined if the filter names no item. */
export function compileFindContexts(filter: UsageFilter): Statement | undefined {
  if (filter.itemIri === undefined && filter.withinIri === undefined) return undefined;
  const { sql, values } = compileContexts(filter);
  return {
    sql: `select coalesce(list(context_id), []) as contextIds, min(root_id) as firstRoot, max(root_id) as lastRoot
      from usage_contexts left join usage_context_roots using (context_id) where ${sql}`,
    values,
  };
}

/** Compiles a query to one statement that returns, for each grouping, its `name` and `groups`, a JSON list. */
export function compileUsageQuery(query: UsageQuery, found?: FoundContexts): Statement {
  const matched = compileMatched(query, found);
  const groupings = Object.entries(query.groupings).map(([name, grouping]) => compileGrouping(name, grouping));
  return {
    sql: `with matched as materialized (${matched.sql}) ${groupings.map(({ sql }) => sql).join(' union all ')}`,
    values: [matched, ...groupings].flatMap(({ values }) => values),
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

function compileMatched({ where, groupings }: UsageQuery, found?: FoundContexts): Statement {
  const [only, ...others] = Object.values(groupings);
  const { sql: condition, values } = joinConditions([
    compileFilter(where, found?.contextIds),
    ...(only && others.length === 0 ? [compileContextsOf(only.by)] : []),
  ]);
  const columns = new Set(['timestamp', 'context_id', 'sessionhour_id', 'action_labels']);
  for (const field of Object.values(groupings).flatMap(fieldsOf)) columns.add(columnName(field));
  const needsContexts = [...columns].some((column) => isContextColumn(column));
  const select = `select ${[...columns].join(', ')}`;
  const join = needsContexts ? 'join usage_contexts using (context_id)' : '';
  const rootRange = found ? `and root_id between ${found.firstRoot ?? 0} and ${found.lastRoot ?? 0}` : '';
  return {
    sql: `${select} from usages_recent ${join} where ${condition}
      union all ${select} from usages_settled ${join} where ${condition} ${rootRange}`,
    values: [...values, ...values],
  };
}

function compileGrouping(name: string, { by, measures, orderBy, limit, after }: UsageGrouping): Statement {
  const { key, from, conditions } = compileGroupBy(by);
  const compiled = Object.entries(measures).map(
    ([measure, definition]) => `${compileMeasure(definition)} as "${measure}"`,
  );
  const where = joinConditions([
    ...conditions,
    ...(after === undefined ? [] : [{ sql: `${key} > ?`, values: [after] }]),
  ]);
  const order = orderBy ? `"${orderBy.measure}" desc, key` : 'key';
  const grouped = `select ${key} as key, ${compiled.join(', ')} from ${from}
    where ${where.sql} ${by === 'all' ? '' : 'group by 1'}`;
  const ordered = `select row_number() over (order by ${order}) as position, * from (${grouped})
    order by position ${limit === undefined ? '' : `limit ${limit}`}`;
  return {
    sql: `select ? as name, to_json(list(g order by position)) as groups from (${ordered}) g`,
    values: [name, ...where.values],
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

function compileMeasure(measure: UsageMeasure): string {
  if ('mostCommon' in measure) {
    const entries = `map_entries(histogram(${columnName(measure.mostCommon)}))`;
    return `(list_sort(list_transform(${entries}, e -> {'less': -e.value::bigint, 'value': e.key})))[1].value`;
  }
  if ('values' in measure) return compileValues(measure);
  const filter = measure.where ? `filter (${compileLabels(measure.where.actionLabels)})` : '';
  return measure.count === 'usages' ? `count(*) ${filter}` : `count(distinct sessionhour_id) ${filter}`;
}

export function compileValues({ values }: Extract<UsageMeasure, { values: string }>): string {
  const column = columnName(values);
  return `coalesce(list_sort(list(distinct ${column}) filter (${column} is not null))[1:${VALUES_LIMIT}], [])`;
}

/** The condition on `usages`. @param contextIds the contexts of the items of the filter, if they were looked up */
export function compileFilter(filter: UsageFilter, contextIds?: readonly number[]): Statement {
  const { time = {}, actionLabels } = filter;
  const conditions: Statement[] = [compileTimeRange(time)];
  if (actionLabels) conditions.push({ sql: compileLabels(actionLabels), values: [] });
  if (filter.userIsAuthenticated !== undefined) {
    conditions.push({ sql: 'user_is_authenticated = ?', values: [filter.userIsAuthenticated] });
  }
  if (contextIds) {
    conditions.push({
      sql: contextIds.length === 0 ? 'false' : `context_id in (${contextIds.join(', ')})`,
      values: [],
    });
  } else if (CONTEXT_FILTERS.some((name) => filter[name] !== undefined)) {
    conditions.push(compileContexts(filter));
  }
  return joinConditions(conditions);
}

/** The condition on the contexts of the items of a filter. */
function compileContexts(filter: UsageFilter): Statement {
  const conditions: Statement[] = [];
  if (filter.itemPublic !== undefined) conditions.push({ sql: 'item_public = ?', values: [filter.itemPublic] });
  if (filter.unknownItem) conditions.push({ sql: IS_UNKNOWN_ITEM, values: [] });
  if (filter.itemIri !== undefined) conditions.push({ sql: 'item_iri = ?', values: [filter.itemIri] });
  if (filter.withinIri !== undefined) {
    const within = 'context_id in (select context_id from usage_context_within where iri = ?)';
    conditions.push({ sql: within, values: [filter.withinIri] });
  }
  const { sql, values } = joinConditions(conditions);
  return { sql: `context_id in (select context_id from usage_contexts where ${sql})`, values };
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

export function compileLabels({ allOf, anyOf, noneOf }: LabelFilter): string {
  const conditions = [
    ...(allOf ? [`action_labels & ${toBits(allOf)} = ${toBits(allOf)}`] : []),
    ...(anyOf ? [`action_labels & ${toBits(anyOf)} <> 0`] : []),
    ...(noneOf ? [`action_labels & ${toBits(noneOf)} = 0`] : []),
  ];
  return ['true', ...conditions].join(' and ');
}

function fieldsOf({ by, measures }: UsageGrouping): string[] {
  const measured = Object.values(measures).flatMap((measure) => {
    if ('mostCommon' in measure) return [measure.mostCommon];
    return 'values' in measure ? [measure.values] : [];
  });
  return typeof by !== 'string' && 'field' in by ? [by.field, ...measured] : measured;
}

function isContextColumn(name: string): boolean {
  return CONTEXT_COLUMNS.some((column) => column.name === name);
}
