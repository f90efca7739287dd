import { CalendarDate } from '../../time/calendar-date.js';
import type { TimeRange } from '../../time/time-range.js';
import type { ItemUsageQuery } from '../monthly-usage-query.js';
import type { UsageMeasure } from '../usage-query.js';
import type { PartedStatement } from './read-by-key.js';
import type { Statement } from './sql.js';
import { compileFilter, compileLabels } from './usage-filter-sql.js';
import { compileValues } from './usage-query-compiler.js';

/** Where the items of contexts are: a table, the column of their IRIs, and the hash of an IRI. */
const SOURCES = {
  item_iri: { table: 'usage_contexts', key: 'item_iri', hash: 'item_hash' },
  within_iris: { table: 'usage_context_within', key: 'iri', hash: 'hash(iri)' },
} as const;

/**
 * The bits of labels that no usage has. DuckDB loads the side of a join that it expects to be smaller, and expects a
 * condition on one side to make it small. With this one, it expects nothing, and loads the items instead of the usages of a
 * month, for which there is too little memory.
 */
const NO_LABELS = 255;

/** The sessions of so many usages fit into a part of the default memory. */
const USAGES_PER_PART = 400_000;

/**
 * The groups of usages by item, with the IRI of the item as `key`. Distinct session-hours are counted in two steps, first by item and
 * session: DuckDB needs far less memory for that than for one set of sessions for each item and measure. Both are 64-bit
 * hashes, which take a part of the memory of texts: see `itemHashOf`. Parts of the time are counted one after the other,
 * because the sessions of a month can need more memory than there is; a session-hour lies in one day.
 *
 * @param usageCount about how many usages there are
 */
export function compileItemUsage({ where, by, measures }: ItemUsageQuery, usageCount: number): PartedStatement {
  const { itemPublic, time = {}, ...others } = where;
  const isPublic = itemPublic === undefined ? 'true' : `item_public = ${itemPublic}`;
  const counts = Object.entries(measures).filter(([, measure]) => 'count' in measure);
  const values = Object.entries(measures).flatMap(([name, measure]) =>
    'values' in measure ? [`${compileValues(measure)} as "${name}"`] : [],
  );
  const { table, key, hash } = SOURCES[by];
  const inSessions = counts.map(([name, measure]) => `${compileInSession(measure)} as "${name}"`);
  const overSessions = counts.map(([name, measure]) => `${compileOverSessions(name, measure)} as "${name}"`);
  const parts = splitTime(time, Math.max(1, Math.ceil(usageCount / USAGES_PER_PART))).map((part) => {
    const filter = compileFilter({ ...others, time: part });
    return {
      sql: `
        with matched as (
          select context_id, hash(sessionhour_id) as session, action_labels from usages where ${filter.sql}
        ),
        items as (select context_id, item_public, ${hash} as item from ${table} where ${key} is not null),
        sessions as (
          select item, session, ${inSessions.join(', ')} from matched join items using (context_id)
          where if(action_labels = ${NO_LABELS}, false, ${isPublic}) group by item, session
        )
        select item, ${overSessions.join(', ')} from sessions group by item`,
      values: filter.values,
    };
  });
  const filter = compileFilter({ ...others, time });
  const areUsed: Statement =
    values.length > 0
      ? { ...filter, sql: `context_id in (select distinct context_id from usages where ${filter.sql})` }
      : { sql: 'true', values: [] };
  const sums = counts.map(([name]) => `sum("${name}")::double as "${name}"`);
  return {
    parts,
    compileTotal: (partsTable) => ({
      sql: `
        with counted as (select item, ${sums.join(', ')} from ${partsTable} group by item),
        named as (
          select ${[`${hash} as item`, `any_value(${key}) as key`, ...values].join(', ')}
          from ${table} where ${key} is not null and ${isPublic} and ${areUsed.sql} group by item
        )
        select * exclude (item) from counted join named using (item)`,
      values: areUsed.values,
    }),
  };
}

/** Splits a range into about so many parts of whole days. One without a start or an end is not split. */
function splitTime({ start, end }: TimeRange, count: number): TimeRange[] {
  if (!start || !end) return [{ start, end }];
  const length = Math.max((end.getTime() - start.getTime()) / count, 0);
  const parts: TimeRange[] = [];
  for (let from = start; from < end;) {
    const midnight = CalendarDate.at(new Date(from.getTime() + length - 1)).end();
    const to = midnight < end ? midnight : end;
    parts.push({ start: from, end: to });
    from = to;
  }
  return parts;
}

function compileInSession(measure: UsageMeasure): string {
  if (!('count' in measure)) throw new TypeError('only counts are counted by session');
  const condition = measure.where ? compileLabels(measure.where.actionLabels) : 'true';
  return measure.count === 'usages' ? `count(*) filter (${condition})` : `bool_or(${condition})`;
}

function compileOverSessions(name: string, measure: UsageMeasure): string {
  const isCount = 'count' in measure && measure.count === 'usages';
  return isCount ? `sum("${name}")` : `count_if("${name}")`;
}
