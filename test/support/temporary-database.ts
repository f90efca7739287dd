import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { dataFilePath } from '../../src/storage/duckdb/data-file.js';
import { Database } from '../../src/storage/duckdb/database.js';
import { StoreMetrics } from '../../src/storage/store-metrics.js';

/** A DuckDB database in a temporary folder. */
export interface TemporaryDatabase {
  readonly database: Database;
  /** Closes the database, damages the middle half of its file, and opens it again. */
  reopenDamaged(): Promise<{ repair(): Promise<void> }>;
  /** Closes the database and removes its folder. */
  remove(): Promise<void>;
}

export async function openTemporaryDatabase(): Promise<TemporaryDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'osf-metrics-'));
  const metrics = new StoreMetrics(new Registry());
  const openDatabase = (): Promise<Database> =>
    Database.open({ folder, memoryMb: 160, metrics, onInvalid: () => undefined });
  let database = await openDatabase();
  return {
    get database() {
      return database;
    },
    async reopenDamaged() {
      await database.close();
      const path = dataFilePath(folder);
      const intact = await readFile(path);
      const [start, end] = [Math.floor(intact.length / 4), Math.floor((intact.length * 3) / 4)];
      await overwrite(path, start, Buffer.alloc(end - start, 'x'));
      database = await openDatabase();
      return {
        repair: () => overwrite(path, start, intact.subarray(start, end)),
      };
    },
    async remove() {
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function overwrite(path: string, position: number, bytes: Buffer): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(bytes, 0, bytes.length, position);
  await file.close();
}
