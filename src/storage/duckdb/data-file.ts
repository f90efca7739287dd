import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

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

/**
 * Opens the file, and creates it if it does not exist. A new file that cannot be completed, on a full disk, is removed: it
 * could not be opened later either.
 */
export async function openDataFile(dataDir: string, settings: Record<string, string>): Promise<DuckDBInstance> {
  const path = dataFilePath(dataDir);
  const isNew = !hasData(dataDir);
  try {
    return await DuckDBInstance.create(path, settings);
  } catch (error) {
    if (isNew) for (const each of [path, logFilePath(dataDir)]) await rm(each, { force: true });
    if (!/Could not set lock/.test((error as Error).message)) throw error;
    throw new Error(`${path} is in use by another process: only one process at a time can use a data folder`, {
      cause: error,
    });
  }
}
