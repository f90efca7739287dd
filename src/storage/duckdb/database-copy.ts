import { chmod, stat } from 'node:fs/promises';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { StoreCopy } from '../store-backup.js';
import { findPosition } from './journal/journal-position.js';
import { selectOne, selectRows } from './sql.js';

const OWNER_ONLY = 0o600;
/** Checking reads the file from start to end, and needs little memory. */
const CHECK_MEMORY = '64MB';

/** The number of rows of a table, and a digest of their contents that does not depend on their order. */
interface TableDigest {
  readonly rows: number;
  readonly digest: string;
}

/**
 * Copies the database of a connection to a new file as of one instant, and checks that the copy is the same.
 * @param connection is used by nothing else meanwhile
 */
export async function copyDatabase(connection: DuckDBConnection, path: string): Promise<StoreCopy> {
  const name = await currentDatabase(connection);
  await connection.run(`attach '${path.replaceAll("'", "''")}' as copy`);
  let original: Map<string, TableDigest>;
  try {
    await chmod(path, OWNER_ONLY);
    await connection.run('begin');
    original = await digestTables(connection, name);
    await connection.run(`copy from database "${name}" to copy`);
    await connection.run('commit');
  } finally {
    await connection.run('detach copy');
  }
  const copied = await digestFile(path);
  for (const [table, { digest }] of original) {
    if (copied.get(table)?.digest !== digest)
      throw new Error(`the copy of the table ${table} differs from the original`);
  }
  return { rows: rowsOf(copied), bytes: (await stat(path)).size };
}

/** Reads every row of a file. @throws Error when the file is damaged or is not a database */
export async function checkDatabaseFile(path: string): Promise<StoreCopy> {
  return { rows: rowsOf(await digestFile(path)), bytes: (await stat(path)).size };
}

/** Reads every row of the database of a connection. @throws Error when a part of the file cannot be read */
export async function readEveryRow(connection: DuckDBConnection): Promise<void> {
  await digestTables(connection, await currentDatabase(connection));
}

/** The id of the last usage that was recorded before a copy was made; 0 for a copy without this information. */
export async function findPositionOfFile(path: string): Promise<number> {
  return await readFileWith(path, async (connection) => {
    const sql = "select 1 from duckdb_tables() where table_name = 'journal_position'";
    if ((await selectRows(connection, sql)).length === 0) return 0;
    return (await findPosition(connection)).lastUsageId;
  });
}

/** The mark of the last log that a checkpoint has moved into a file, see `LogMark`. */
export async function findLogMarkOfFile(path: string): Promise<string> {
  const sql = 'select mark from log_mark';
  return await readFileWith(path, async (connection) => (await selectOne<{ mark: string }>(connection, sql)).mark);
}

async function digestFile(path: string): Promise<Map<string, TableDigest>> {
  return await readFileWith(path, async (connection) => digestTables(connection, await currentDatabase(connection)));
}

async function readFileWith<T>(path: string, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY', memory_limit: CHECK_MEMORY });
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function currentDatabase(connection: DuckDBConnection): Promise<string> {
  const sql = 'select current_database() as name';
  return (await selectOne<{ name: string }>(connection, sql)).name;
}

async function digestTables(connection: DuckDBConnection, database: string): Promise<Map<string, TableDigest>> {
  const sql = 'select table_name as name from duckdb_tables() where database_name = ? order by name';
  const digests = new Map<string, TableDigest>();
  for (const { name } of await selectRows<{ name: string }>(connection, sql, [database])) {
    const { rows, digest } = await selectOne<{ rows: bigint; digest: string | null }>(
      connection,
      `select count(*) as rows, cast(bit_xor(hash(t)) as varchar) as digest from "${database}"."${name}" t`,
    );
    digests.set(name, { rows: Number(rows), digest: digest ?? '' });
  }
  return digests;
}

function rowsOf(digests: ReadonlyMap<string, TableDigest>): Map<string, number> {
  return new Map([...digests].map(([name, { rows }]) => [name, rows]));
}
