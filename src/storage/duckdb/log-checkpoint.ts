import { stat } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { logFilePath } from './data-file.js';
import { markLog } from './log-mark.js';

/** Once the log has so many bytes, a checkpoint moves it into the file. */
const CHECKPOINT_BYTES = 16 * 2 ** 20;

/** Whether the log is large. */
export async function isCheckpointDue(dataDir: string): Promise<boolean> {
  const log = await stat(logFilePath(dataDir)).catch(() => undefined);
  return log !== undefined && log.size >= CHECKPOINT_BYTES;
}

/** Moves the log into the file, and begins a new one. */
export async function checkpoint(connection: DuckDBConnection, dataDir: string): Promise<void> {
  await connection.run('checkpoint');
  await markLog(connection, dataDir);
}
