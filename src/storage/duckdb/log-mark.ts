import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { dataFilePath, logFilePath } from './data-file.js';
import { selectOne, selectRows } from './sql.js';

/** The two headers of a data file, one of which each checkpoint replaces. */
const HEADERS_POSITION = 4_096;
const HEADERS_BYTES = 8_192;
const MARK = 'osf-metrics log of ';
/** The mark is the first write of a log. */
const MARK_SEARCH_BYTES = 4_096;

/**
 * DuckDB applies a log to any file, also to that of another store, or to one that has its writes already. The first write
 * of each log therefore names the state of the file to which it belongs.
 */
export async function markLog(connection: DuckDBConnection, dataDir: string): Promise<void> {
  await connection.run(`create or replace table log_mark as select '${MARK}${await digestHeaders(dataDir)}' as mark`);
}

/** Whether the folder has a log with writes. */
export function hasLog(dataDir: string): boolean {
  const path = logFilePath(dataDir);
  return existsSync(path) && statSync(path).size > 0;
}

/** Whether the log names the present state of the file. A log of an older version names none, and is trusted. */
export async function isLogOfFile(dataDir: string): Promise<boolean> {
  const head = await readBytes(logFilePath(dataDir), 0, MARK_SEARCH_BYTES);
  const [, digest] = new RegExp(`${MARK}([0-9a-f]{64})`).exec(head.toString('latin1')) ?? [];
  return digest === undefined || digest === (await digestHeaders(dataDir));
}

/** Whether DuckDB has applied the log, rather than ignored it because its beginning is damaged. */
export async function isLogApplied(connection: DuckDBConnection, dataDir: string): Promise<boolean> {
  const sql = "select 1 from duckdb_tables() where table_name = 'log_mark'";
  // The log of an older version.
  if ((await selectRows(connection, sql)).length === 0) return true;
  const { mark } = await selectOne<{ mark: string }>(connection, 'select mark from log_mark');
  return mark === MARK + (await digestHeaders(dataDir));
}

async function digestHeaders(dataDir: string): Promise<string> {
  const headers = await readBytes(dataFilePath(dataDir), HEADERS_POSITION, HEADERS_BYTES);
  return createHash('sha256').update(headers).digest('hex');
}

async function readBytes(path: string, position: number, count: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, position);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
