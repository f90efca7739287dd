import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The path of the embedded store's file. */
export function dataFilePath(dataDir: string): string {
  return join(dataDir, 'osf-metrics.duckdb');
}

/** The path of its log, which holds the writes since the last checkpoint. */
export function logFilePath(dataDir: string): string {
  return `${dataFilePath(dataDir)}.wal`;
}

/** Whether the folder holds data of the embedded store. */
export function hasData(dataDir: string): boolean {
  return existsSync(dataFilePath(dataDir)) || existsSync(logFilePath(dataDir));
}
