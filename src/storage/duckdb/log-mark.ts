import { createHash, randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { dataFilePath, logFilePath } from './data-file.js';
import { selectOne, selectRows } from './sql.js';

/** The two headers of a data file, one of which each checkpoint replaces. */
const HEADERS_POSITION = 4_096;
const HEADERS_BYTES = 8_192;
const MARK = 'osf-metrics log of ';
/** The mark is the first write of a log. */
const MARK_SEARCH_BYTES = 4_096;
/** Once the log has so many bytes, a checkpoint moves it into the file. */
const CHECKPOINT_BYTES = 16 * 2 ** 20;

/**
 * Marks the log of an open file. DuckDB applies a log to any file, also to that of another store, or to one that has its
 * writes already. The first write of each log therefore names the state of the file to which it belongs.
 */
export class LogMark {
  private constructor(
    private readonly dataDir: string,
    /** Stays open as long as the file: closing it would release the lock that DuckDB has on the file. */
    private readonly file: FileHandle,
  ) {}

  static async open(dataDir: string): Promise<LogMark> {
    return new LogMark(dataDir, await open(dataFilePath(dataDir)));
  }

  /** Marks a log without writes. */
  async write(connection: DuckDBConnection): Promise<void> {
    if (hasLog(this.dataDir)) return;
    // The id distinguishes the logs of two copies of the file.
    const mark = `${MARK}${await digestHeaders(this.file)} ${randomUUID()}`;
    await connection.run(`create or replace table log_mark as select '${mark}' as mark`);
  }

  /** Whether DuckDB has applied the log, rather than ignored it because its beginning is damaged. */
  async isApplied(connection: DuckDBConnection): Promise<boolean> {
    const sql = "select 1 from duckdb_tables() where table_name = 'log_mark'";
    // The log of an older version.
    if ((await selectRows(connection, sql)).length === 0) return true;
    const { mark } = await selectOne<{ mark: string }>(connection, 'select mark from log_mark');
    return mark.startsWith(MARK + (await digestHeaders(this.file)));
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/** Whether the folder has a log with writes. */
export function hasLog(dataDir: string): boolean {
  const path = logFilePath(dataDir);
  return existsSync(path) && statSync(path).size > 0;
}

/** Whether the log is large. */
export async function isCheckpointDue(dataDir: string): Promise<boolean> {
  const log = await stat(logFilePath(dataDir)).catch(() => undefined);
  return log !== undefined && log.size >= CHECKPOINT_BYTES;
}

/** Whether the log names the present state of a closed file. A log of an older version names none, and is trusted. */
export async function isLogOfFile(dataDir: string): Promise<boolean> {
  const mark = await readLogMark(logFilePath(dataDir));
  if (mark === undefined) return true;
  const file = await open(dataFilePath(dataDir));
  try {
    return mark.startsWith(MARK + (await digestHeaders(file)));
  } finally {
    await file.close();
  }
}

/** The mark at the beginning of a log. */
export async function readLogMark(logPath: string): Promise<string | undefined> {
  const log = await open(logPath);
  try {
    const head = await readBytes(log, 0, MARK_SEARCH_BYTES);
    return new RegExp(`${MARK}[0-9a-f]{64}( [0-9a-f-]{36})?`).exec(head.toString('latin1'))?.[0];
  } finally {
    await log.close();
  }
}

async function digestHeaders(file: FileHandle): Promise<string> {
  const headers = await readBytes(file, HEADERS_POSITION, HEADERS_BYTES);
  return createHash('sha256').update(headers).digest('hex');
}

async function readBytes(file: FileHandle, position: number, count: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, position);
  return buffer.subarray(0, bytesRead);
}
