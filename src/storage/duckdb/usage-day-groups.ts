import { isDeepStrictEqual } from 'node:util';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { UsageFilter, UsageGrouping, UsageMeasure } from '../usage-query.js';
import { compileIn, type Statement } from './sql.js';
import { DAY_DIMENSIONS, DAY_SELECTIONS, type DayDimension, type DaySelection } from './usage-day-sql.js';
import { compileDays, findDaySources } from './usage-days.js';
import { compileOrder, compileSingleGrouping } from './usage-query-compiler.js';

/** With more parts that are not rolled up, the whole range is read at once. */
const MAX_PARTS = 8;

interface RolledUpGroups {
  readonly selection: DaySelection;
  readonly dimension: DayDimension;
}

/**
 * Compiles a query with one grouping that rolled up days can answer for a part of its range, as `compileSingleGrouping`.
 * Undefined for other queries. A session-hour belongs to one day, so visits of days add up.
 */
export async function compileDayGroups(
  connection: DuckDBConnection,
  where: UsageFilter,
  grouping: UsageGrouping,
): Promise<Statement | undefined> {
  const groups = findGroups(where, grouping);
  if (!groups) return undefined;
  const { days, times, table } = await findDaySources(connection, [where.time ?? {}]);
  if (days.length === 0 || times.length > MAX_PARTS) return undefined;
  const { by, measures, orderBy, limit } = grouping;
  const parts = [
    compileRolledUp(groups, days, grouping),
    ...times.map((time) => compileSingleGrouping({ ...where, time }, { by, measures }, undefined, table)),
  ];
  const sums = Object.keys(measures).map((name) => `sum("${name}")::double as "${name}"`);
  return {
    sql: `select ${['key', ...sums].join(', ')}
      from (${parts.map(({ sql }) => `select * from (${sql})`).join(' union all by name ')})
      group by key order by ${compileOrder(orderBy)} ${limit === undefined ? '' : `limit ${limit}`}`,
    values: parts.flatMap(({ values }) => values),
  };
}

function findGroups(where: UsageFilter, { by, measures, after }: UsageGrouping): RolledUpGroups | undefined {
  const isCounted = Object.values(measures).every((measure) => 'count' in measure && !measure.where);
  if (!isCounted || after !== undefined || typeof by === 'string') return undefined;
  const selection = DAY_SELECTIONS.find((each) => isDeepStrictEqual(each.where, withoutTime(where)));
  const key = 'field' in by ? { field: by.field } : by;
  const dimension = selection?.dimensions.find((each) => isDeepStrictEqual(DAY_DIMENSIONS[each], key));
  return selection && dimension && { selection, dimension };
}

/** The conditions that are set, except the time. */
function withoutTime({ time: _time, ...conditions }: UsageFilter): UsageFilter {
  return Object.fromEntries(Object.entries(conditions).filter(([, value]) => value !== undefined));
}

function compileRolledUp(
  { selection, dimension }: RolledUpGroups,
  days: readonly number[],
  { by, measures }: UsageGrouping,
): Statement {
  const key = dimension === 'hour' ? 'key::bigint' : 'key';
  const columns = Object.entries(measures).map(([name, measure]) => `${columnOf(measure)} as "${name}"`);
  const among = typeof by !== 'string' && 'field' in by && by.values ? compileIn('key', by.values) : undefined;
  return {
    sql: `select ${[`${key} as key`, ...columns].join(', ')} from usage_day_groups
      where ${compileDays(days)} and selection = '${selection.name}' and dimension = '${dimension}'
      ${among ? `and ${among.sql}` : ''}`,
    values: among?.values ?? [],
  };
}

function columnOf(measure: UsageMeasure): 'usages' | 'visits' {
  return 'count' in measure && measure.count === 'usages' ? 'usages' : 'visits';
}
