import type { DuckDBConnection } from '@duckdb/node-api';
import { selectOne } from './database.js';

/** A row group of DuckDB: the unit that it can pass over unread. */
export const RUN_ROWS = 122_880;

/** What new contexts are within, a row for each: to look through lists takes longer. */
const NEW_WITHIN = `
  insert into usage_settled_within
  select context_id, unnest(within_iris) from usage_contexts
  where context_id > (select coalesce(max(context_id), 0) from usage_settled_within)`;

/** The root of a context: of all that it is within, what most contexts are within. Its number: that of its first context. */
const NEW_ROOTS = `
  insert into usage_context_roots
  with members as (
    select iri, count(*) as contexts, min(context_id) as root_id from usage_context_within group by iri
  )
  select context_id, max_by(root_id, (contexts, iri))
  from usage_context_within anti join usage_context_roots using (context_id) join members using (iri)
  group by context_id`;

/**
 * Moves the usages that came first out of `usages_recent`, once there are two runs of them, into `usages_settled`, where
 * each run is sorted by root, so that usages of one item and of all that stands within it lie together: a query about one
 * item then reads a few blocks of each run instead of all. (At 10 million usages: 16 ms instead of 360.) Of two usages the one with the smaller id is settled first.
 *
 * @returns the id up to which usages are settled; undefined when there was nothing to do
 */
export async function clusterUsages(connection: DuckDBConnection, runRows: number): Promise<number | undefined> {
  const count = 'select count(*)::double as rows from usages_recent';
  const { rows } = await selectOne<{ rows: number }>(connection, count);
  if (rows < 2 * runRows) return undefined;
  const nth = `select usage_id::double as last from usages_recent order by usage_id limit 1 offset ${runRows - 1}`;
  const { last } = await selectOne<{ last: number }>(connection, nth);
  await connection.run(NEW_WITHIN);
  await connection.run(NEW_ROOTS);
  await connection.run(
    `insert into usages_settled by name
     select usages_recent.*, coalesce(root_id, 0) as root_id from usages_recent left join usage_context_roots using (context_id)
     where usage_id <= ? order by coalesce(root_id, 0), context_id, usage_id`,
    [last],
  );
  await connection.run('delete from usages_recent where usage_id <= ?', [last]);
  return last;
}
