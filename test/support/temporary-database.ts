import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { Database } from '../../src/storage/duckdb/database.js';
import { StoreMetrics } from '../../src/storage/store-metrics.js';

/** A DuckDB database in a temporary folder. */
export interface TemporaryDatabase {
  readonly database: Database;
  /** Closes the database and removes its folder. */
  remove(): Promise<void>;
}

export async function openTemporaryDatabase(): Promise<TemporaryDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'osf-metrics-'));
  const metrics = new StoreMetrics(new Registry());
  const database = await Database.open({ folder, memoryMb: 64, metrics, onInvalid: () => undefined });
  return {
    database,
    async remove() {
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}
