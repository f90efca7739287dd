import type { LabelFilter, UsageFilter } from '../usage-query.js';
import { hashOf } from './lookup-hash.js';
import { compileIn, compileText, compileTimeRange, joinConditions, type Statement } from './sql.js';
import { toBits } from './usage-columns.js';

/** The conditions of a filter that are on `usage_contexts`. */
const CONTEXT_FILTERS = ['itemPublic', 'providers', 'itemTypes', 'unknownItem', 'itemIri', 'withinIri'] as const;

/** The condition `unknownItem` on `usage_contexts`. */
export const IS_UNKNOWN_ITEM = 'item_type is null and item_osfid is not null and not item_public';

/** A context of the items of a filter. */
export interface FoundContext {
  readonly context_id: number;
  readonly item_iri: string | null;
  /** Null if none of its usages are clustered. */
  readonly root_id: number | null;
}

/**
 * Compiles the lookup of `FoundContext`s. A context may be found twice.
 * @param lastSettledId contexts up to this one are in `usage_settled_within`
 * @returns undefined if the filter names no item, or selects contexts by other fields too
 */
export function compileFindContexts(filter: UsageFilter, lastSettledId: number): string | undefined {
  // Every item is within itself.
  const iri = filter.withinIri ?? filter.itemIri;
  if (iri === undefined || filter.unknownItem || filter.providers || filter.itemTypes) return undefined;
  const item = compileItemConditions(filter);
  const select = 'select context_id, item_iri, root_id';
  // Not the view `usage_context_within`, which takes twice as long to plan.
  return `
    ${select} from usage_settled_within where iri_hash = ${hashOf(iri)} and iri = ${compileText(iri)} and ${item}
    union all
    ${select} from usage_contexts left join usage_context_roots using (context_id)
    where context_id > ${lastSettledId} and list_contains(within_iris, ${compileText(iri)}) and ${item}`;
}

/** The condition on `usages`. @param found the contexts of the items of the filter, if they were looked up */
export function compileFilter(filter: UsageFilter, found?: readonly FoundContext[]): Statement {
  const { time = {}, actionLabels } = filter;
  const conditions: Statement[] = [compileTimeRange(time)];
  if (actionLabels) conditions.push({ sql: compileLabels(actionLabels), values: [] });
  if (filter.userIsAuthenticated !== undefined) {
    conditions.push({ sql: `user_is_authenticated = ${filter.userIsAuthenticated}`, values: [] });
  }
  if (found) {
    conditions.push(compileContextIds(found));
  } else if (CONTEXT_FILTERS.some((name) => filter[name] !== undefined)) {
    conditions.push(compileContexts(filter));
  }
  return joinConditions(conditions);
}

/** The condition that the context is one of the items of a filter. */
function compileContexts(filter: UsageFilter): Statement {
  const conditions: Statement[] = [{ sql: compileItemConditions(filter), values: [] }];
  if (filter.providers) conditions.push(compileIn('provider_id', filter.providers));
  if (filter.itemTypes) conditions.push(compileIn('item_type', filter.itemTypes));
  if (filter.unknownItem) conditions.push({ sql: IS_UNKNOWN_ITEM, values: [] });
  if (filter.withinIri !== undefined) {
    const within = 'context_id in (select context_id from usage_context_within where iri = ?)';
    conditions.push({ sql: within, values: [filter.withinIri] });
  }
  const { sql, values } = joinConditions(conditions);
  return { sql: `context_id in (select context_id from usage_contexts where ${sql})`, values };
}

function compileItemConditions({ itemPublic, itemIri }: Pick<UsageFilter, 'itemPublic' | 'itemIri'>): string {
  const conditions = ['true'];
  if (itemPublic !== undefined) conditions.push(`item_public = ${itemPublic}`);
  if (itemIri !== undefined) conditions.push(`item_iri = ${compileText(itemIri)}`);
  return conditions.join(' and ');
}

/** Where the clustered usages of the contexts are. */
export function compileRoots(contexts: readonly FoundContext[]): string {
  const roots = contexts.flatMap(({ root_id }) => root_id ?? []);
  if (roots.length === 0) return 'false';
  return `root_id between ${roots.reduce((a, b) => Math.min(a, b))} and ${roots.reduce((a, b) => Math.max(a, b))}`;
}

/** DuckDB checks a short list while it scans a table; `in` joins the list to all rows of the other conditions. */
const MAX_SCANNED_LIST = 32;

/** The condition that the usage is of one of the contexts. */
export function compileContextIds(contexts: readonly Pick<FoundContext, 'context_id'>[]): Statement {
  if (contexts.length === 0) return { sql: 'false', values: [] };
  const ids = contexts.map(({ context_id }) => context_id).join(', ');
  const sql = contexts.length <= MAX_SCANNED_LIST ? `list_contains([${ids}], context_id)` : `context_id in (${ids})`;
  return { sql, values: [] };
}

/** The condition on a usage's labels. */
export function compileLabels({ allOf, anyOf, noneOf }: LabelFilter): string {
  const conditions = [
    ...(allOf ? [`action_labels & ${toBits(allOf)} = ${toBits(allOf)}`] : []),
    ...(anyOf ? [`action_labels & ${toBits(anyOf)} <> 0`] : []),
    ...(noneOf ? [`action_labels & ${toBits(noneOf)} = 0`] : []),
  ];
  return ['true', ...conditions].join(' and ');
}
