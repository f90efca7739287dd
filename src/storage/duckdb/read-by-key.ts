import { randomUUID } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Database } from './database.js';
import { retryWithMemory } from './retry-with-memory.js';
import { selectRows, type Statement } from './sql.js';
import { inTransaction } from './transaction.js';

const ROWS_PER_PAGE = 2_000;

/** A statement that is computed in parts, each of which needs a part of the memory. */
export interface PartedStatement {
  /** Return rows of the same columns; at least one. */
  readonly parts: readonly Statement[];
  /** The statement on a table with the rows of all parts. */
  readonly compileTotal: (partsTable: string) => Statement;
}

/**
 * Streams the rows of a statement in the order of their `key`, from one state of the file. The result is computed once,
 * into a temporary table, and read a page at a time.
 */
export function readByKey<Row extends { readonly key: string }>(
  database: Database,
  statement: PartedStatement,
): AsyncIterable<Row> {
  const id = randomUUID();
  const [partsTable, table] = [`"parts_${id}"`, `"rows_${id}"`];
  return database.streamWith(async function* (connection) {
    try {
      await inTransaction(connection, () => computeRows(connection, statement, partsTable, table));
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

async function computeRows(
  connection: DuckDBConnection,
  { parts, compileTotal }: PartedStatement,
  partsTable: string,
  table: string,
): Promise<void> {
  for (const [index, { sql, values }] of parts.entries()) {
    const into = index === 0 ? `create temp table ${partsTable} as` : `insert into ${partsTable}`;
    await connection.run(`${into} ${sql}`, values);
  }
  const { sql, values } = compileTotal(partsTable);
  await connection.run(`create temp table ${table} as ${sql} order by key`, values);
  await connection.run(`drop table ${partsTable}`);
}
