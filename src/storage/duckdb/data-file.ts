import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { hasJournal } from './journal/journal-folder.js';

const NEVER = '1TB';

export class FileInUseError extends Error {}

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
  return existsSync(dataFilePath(dataDir)) || existsSync(logFilePath(dataDir)) || hasJournal(dataDir);
}

/**
 * Opens the file, and creates it if it does not exist. A new file that cannot be completed, on a full disk, is removed: it
 * could not be opened later either.
 */
export async function openDataFile(dataDir: string, memoryMb: number): Promise<DuckDBInstance> {
  const path = dataFilePath(dataDir);
  const isNew = !hasData(dataDir);
  try {
    return await DuckDBInstance.create(path, {
      memory_limit: `${memoryMb}MB`,
      temp_directory: join(dataDir, 'tmp'),
      default_order: 'asc',
      default_null_order: 'nulls_last',
      autoinstall_known_extensions: 'false',
      // The store writes checkpoints itself, because each new log begins with a mark.
      checkpoint_threshold: NEVER,
    });
  } catch (error) {
    if (isNew) for (const each of [path, logFilePath(dataDir)]) await rm(each, { force: true });
    throw isLocked(error) ? fileInUse(path, error) : error;
  }
}

/** @throws FileInUseError when another process has the file open */
export async function requireUnused(dataDir: string): Promise<void> {
  const path = dataFilePath(dataDir);
  try {
    (await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' })).closeSync();
  } catch (error) {
    // Whether the file or its log is damaged is found out later.
    if (isLocked(error)) throw fileInUse(path, error);
  }
}

function isLocked(error: unknown): boolean {
  return (error as Error).message.includes('Could not set lock');
}

function fileInUse(path: string, cause: unknown): Error {
  const message = `${path} is in use by another process: only one process at a time can use a data folder`;
  return new FileInUseError(message, { cause });
}
