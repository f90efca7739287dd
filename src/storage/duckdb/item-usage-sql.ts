import type { ItemUsageQuery } from '../monthly-usage-query.js';
import type { UsageMeasure } from '../usage-query.js';
import type { Statement } from './sql.js';
import { compileFilter, compileLabels } from './usage-filter-sql.js';
import { compileValues } from './usage-query-compiler.js';

/**
 * The groups of usages by item, with the IRI of the item as `key`. Distinct session-hours are counted in two steps, first by item and
 * session: DuckDB needs far less memory for that than for one set of sessions for each item and measure.
 */
export function compileItemUsage({ where, by, measures }: ItemUsageQuery): Statement {
  const filter = compileFilter(where);
  const counts = Object.entries(measures).filter(([, measure]) => 'count' in measure);
  const values = Object.entries(measures).flatMap(([name, measure]) =>
    'values' in measure ? [`${compileValues(measure)} as "${name}"`] : [],
  );
  const inSessions = counts.map(([name, measure]) => `${compileInSession(measure)} as "${name}"`);
  const overSessions = counts.map(([name, measure]) => `${compileOverSessions(name, measure)} as "${name}"`);
  const items = by === 'item_iri' ? 'usage_contexts' : 'usage_context_within';
  const key = by === 'item_iri' ? 'item_iri' : 'iri';
  const counted = `
    with matched as (select context_id, sessionhour_id, action_labels from usages where ${filter.sql}),
    sessions as (
      select ${key} as key, sessionhour_id, ${inSessions.join(', ')}
      from matched join ${items} using (context_id) where ${key} is not null group by ${key}, sessionhour_id
    ),
    counted as (select key, ${overSessions.join(', ')} from sessions group by key)`;
  if (values.length === 0) return { sql: `${counted} select * from counted`, values: filter.values };
  return {
    sql: `${counted},
      contexts as (
        select item_iri as key, ${values.join(', ')} from usage_contexts
        where context_id in (select context_id from matched) group by item_iri
      )
      select * from counted join contexts using (key)`,
    values: filter.values,
  };
}

function compileInSession(measure: UsageMeasure): string {
  if (!('count' in measure)) throw new TypeError('only counts are counted by session');
  const condition = measure.where ? compileLabels(measure.where.actionLabels) : 'true';
  return measure.count === 'usages' ? `count(*) filter (${condition})` : `bool_or(${condition})`;
}

function compileOverSessions(name: string, measure: UsageMeasure): string {
  const isCount = 'count' in measure && measure.count === 'usages';
  return isCount ? `sum("${name}")::double` : `count_if("${name}")::double`;
}
