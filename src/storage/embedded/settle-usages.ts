import type { DuckDBConnection } from '@duckdb/node-api';
import { selectOne } from './database.js';

/** A row group of DuckDB: the unit that it can pass over unread. */
const RUN_ROWS = 122_880;

/**
 * Moves the usages that came first out of `usages_recent`, once there are two runs of them, into `usages_settled`, where
 * each run is sorted so that usages of one item and of all that stands within it lie together: a query about one item
 * then reads a few blocks of each run instead of all. Of two usages the one with the smaller id is settled first.
 *
 * @returns the id up to which usages are settled; undefined when there was nothing to do
 */
export async function settleUsages(connection: DuckDBConnection): Promise<number | undefined> {
  const count = 'select count(*)::double as rows from usages_recent';
  const { rows } = await selectOne<{ rows: number }>(connection, count);
  if (rows < 2 * RUN_ROWS) return undefined;
  const nth = `select usage_id::double as last from usages_recent order by usage_id limit 1 offset ${RUN_ROWS - 1}`;
  const { last } = await selectOne<{ last: number }>(connection, nth);
  await connection.run(
    // What most contexts are within, of all that a context is within, is its root.
    `insert into usages_settled
     with members as (select iri, count(*) as contexts from usage_context_within group by iri),
     roots as (
       select context_id, max_by(iri, (contexts, iri)) as root
       from usage_context_within join members using (iri) group by context_id
     )
     select usages_recent.* from usages_recent left join roots using (context_id)
     where usage_id <= ? order by root, context_id, usage_id`,
    [last],
  );
  await connection.run('delete from usages_recent where usage_id <= ?', [last]);
  return last;
}
