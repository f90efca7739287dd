import type { DuckDBConnection } from '@duckdb/node-api';
import { CountedAuthUsage } from '../../model/counted-auth-usage.js';
import type { TimeRange } from '../../time/time-range.js';
import type { ItemCompletion } from '../usage-writes.js';
import { compileTimeRange, joinConditions, selectRows } from './sql.js';
import { inTransaction } from './transaction.js';
import type { UsageContexts } from './usage-contexts.js';
import type { UsageDays } from './usage-days.js';
import { compileContextIds, IS_UNKNOWN_ITEM } from './usage-filter-sql.js';

/** What a completion changes beside usages. */
interface UsageTables {
  readonly contexts: UsageContexts;
  readonly days: UsageDays;
}

interface UnknownContext {
  readonly context_id: number;
  readonly platform_iri: string;
}

/**
 * Moves the usages of an unknown item to a context with the fields of the item. Clustered usages stay where they are, so
 * a new context takes over the root of the old one; those of a known context move to its root.
 *
 * @returns the number of usages
 */
export async function completeUsages(
  connection: DuckDBConnection,
  { contexts, days }: UsageTables,
  time: TimeRange,
  { recordedOsfid, fields }: ItemCompletion,
): Promise<number> {
  const select = `select context_id, platform_iri from usage_contexts where item_osfid = ? and ${IS_UNKNOWN_ITEM}`;
  const unknown = await selectRows<UnknownContext>(connection, select, [recordedOsfid]);
  const usages = unknown.map(({ platform_iri }) => Object.assign(new CountedAuthUsage(), { platform_iri, ...fields }));
  const newIds = await contexts.findOrCreate(connection, usages);
  const changedDays = days.daysToDelete(await findTimes(connection, unknown, time));
  let completed = 0;
  await inTransaction(connection, async () => {
    for (const [index, { context_id: oldId }] of unknown.entries()) {
      const newId = newIds[index] as number;
      if (newId !== oldId) completed += await moveUsages(connection, oldId, newId, time);
    }
    await days.delete(connection, changedDays);
  });
  days.forget(changedDays);
  return completed;
}

/** A time of each day on which the contexts have usages. */
async function findTimes(
  connection: DuckDBConnection,
  contexts: readonly UnknownContext[],
  range: TimeRange,
): Promise<number[]> {
  const { sql, values } = joinConditions([compileContextIds(contexts), compileTimeRange(range)]);
  const select = `select distinct epoch_ms(date_trunc('day', timestamp))::double as time from usages where ${sql}`;
  return (await selectRows<{ time: number }>(connection, select, values)).map(({ time }) => time);
}

async function moveUsages(
  connection: DuckDBConnection,
  oldId: number,
  newId: number,
  time: TimeRange,
): Promise<number> {
  const { sql, values } = compileTimeRange(time);
  const condition = `context_id = ? and ${sql}`;
  await connection.run(
    `insert into usage_context_roots
     select ?, root_id from usage_context_roots
     where context_id = ? and not exists (select 1 from usage_context_roots where context_id = ?)`,
    [newId, oldId, newId],
  );
  const root = 'coalesce((select root_id from usage_context_roots where context_id = ?), 0)';
  const results = [
    await connection.run(`update usages_recent set context_id = ? where ${condition}`, [newId, oldId, ...values]),
    await connection.run(`update usages_settled set context_id = ?, root_id = ${root} where ${condition}`, [
      newId,
      newId,
      oldId,
      ...values,
    ]),
  ];
  return results.reduce((sum, { rowsChanged }) => sum + rowsChanged, 0);
}
