import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The path of the embedded store's file. Its log, while there is one, has the same name with the suffix `.wal`. */
export function dataFilePath(dataDir: string): string {
  return join(dataDir, 'osf-metrics.duckdb');
}

/** Whether the folder holds data of the embedded store. */
export function hasData(dataDir: string): boolean {
  return existsSync(dataFilePath(dataDir));
}
