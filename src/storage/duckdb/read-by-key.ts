import { randomUUID } from 'node:crypto';
import type { Database } from './database.js';
import { retryWithMemory } from './retry-with-memory.js';
import { selectRows, type Statement } from './sql.js';

const ROWS_PER_PAGE = 2_000;

/**
 * Streams the rows of a statement in the order of their `key`, from one state of the file. The result is computed once,
 * into a temporary table, and read a page at a time.
 */
export function readByKey<Row extends { readonly key: string }>(
  database: Database,
  { sql, values }: Statement,
): AsyncIterable<Row> {
  const table = `"rows_${randomUUID()}"`;
  return database.streamWith(async function* (connection) {
    try {
      await connection.run(`create temp table ${table} as ${sql} order by key`, values);
      for (let after = ''; ;) {
        const page = `select * from ${table} where key > ? order by key limit ${ROWS_PER_PAGE}`;
        const rows = await selectRows<Row>(connection, page, [after]);
        yield* rows;
        if (rows.length < ROWS_PER_PAGE) return;
        after = rows.at(-1)?.key ?? '';
      }
    } finally {
      // The connection would keep a table that could not be dropped for lack of memory.
      await retryWithMemory(() => connection.run(`drop table if exists ${table}`));
    }
  });
}
