import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api';
import { StoreUnavailableError } from '../metrics-repository.js';
import { MIGRATIONS } from './migrations.js';

const FILE_NAME = 'osf-metrics.duckdb';
const READERS = 4;

/**
 * The one file of the embedded store. Writes go one after the other through one connection, each in a transaction of its
 * own that is on the disk when it ends; reads go at most four at a time beside them, each seeing one consistent state.
 */
export class Database {
  private readonly idleReaders: DuckDBConnection[] = [];
  private readonly waiting: (() => void)[] = [];
  private reading = 0;
  private lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly writer: DuckDBConnection,
  ) {}

  /** Opens the file, makes it when there is none, and brings an older one up to date. */
  static async open(folder: string, { memoryMb }: { memoryMb: number }): Promise<Database> {
    await mkdir(folder, { recursive: true });
    const instance = await DuckDBInstance.create(join(folder, FILE_NAME), {
      memory_limit: `${memoryMb}MB`,
      temp_directory: join(folder, 'tmp'),
      default_order: 'asc',
      default_null_order: 'nulls_last',
      autoinstall_known_extensions: 'false',
    });
    const database = new Database(instance, await instance.connect());
    await database.migrate();
    return database;
  }

  /**
   * Runs a write in a transaction. When the promise resolves it is durable; when it rejects nothing of it was stored.
   * Writes that are asked for at the same time run in that order.
   *
   * @param work may return what is to be done once the write is durable, and before the next one begins
   */
  write(work: (connection: DuckDBConnection) => Promise<(() => void) | void>): Promise<void> {
    return this.exclusively(async (connection) => {
      const afterwards = await inTransaction(connection, work);
      afterwards?.();
    });
  }

  /** As `write`, but of several transactions, or of a single statement that is one by itself. */
  exclusively(work: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
    const result = this.lastWrite.then(() => work(this.writer));
    this.lastWrite = result.catch(() => undefined);
    return result.catch((error: unknown) => {
      throw asStoreError(error);
    });
  }

  async read<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.takeReader();
    try {
      return await work(connection);
    } catch (error) {
      throw asStoreError(error);
    } finally {
      this.giveBack(connection);
    }
  }

  /** Rows as they are read from the disk, in blocks; a reader is taken until the last one was consumed. */
  async *stream<Row>(sql: string, values: DuckDBValue[]): AsyncIterable<Row> {
    const connection = await this.takeReader();
    try {
      const result = await connection.stream(sql, values);
      for await (const block of result.yieldRowObjectJs()) yield* block as Row[];
    } catch (error) {
      throw asStoreError(error);
    } finally {
      this.giveBack(connection);
    }
  }

  /** Ends after the writes that were asked for before. */
  async close(): Promise<void> {
    await this.lastWrite;
    for (const reader of this.idleReaders) reader.closeSync();
    this.writer.closeSync();
    this.instance.closeSync();
  }

  private async takeReader(): Promise<DuckDBConnection> {
    while (this.reading >= READERS) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.reading += 1;
    return this.idleReaders.pop() ?? (await this.instance.connect());
  }

  private giveBack(connection: DuckDBConnection): void {
    this.idleReaders.push(connection);
    this.reading -= 1;
    this.waiting.shift()?.();
  }

  private async migrate(): Promise<void> {
    await this.write(async (connection) => {
      await connection.run('create table if not exists schema_version (version integer not null)');
      const sql = 'select coalesce(max(version), 0) as version from schema_version';
      const { version } = await selectOne<{ version: number }>(connection, sql);
      if (version > MIGRATIONS.length) {
        throw new Error(`the data folder was last used by a newer version of this service (schema ${version})`);
      }
      for (const migration of MIGRATIONS.slice(version)) await connection.run(migration);
      await connection.run('delete from schema_version');
      await connection.run('insert into schema_version values (?)', [MIGRATIONS.length]);
    });
  }
}

/** What the work did is durable when the promise resolves; when it rejects nothing of it was stored. */
export async function inTransaction<T>(
  connection: DuckDBConnection,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  await connection.run('begin');
  try {
    const result = await work(connection);
    await connection.run('commit');
    return result;
  } catch (error) {
    await connection.run('rollback').catch(() => undefined);
    throw error;
  }
}

/** The value of a column of type `timestamp`. */
export function timestamp(instant: Date): DuckDBTimestampValue {
  return new DuckDBTimestampValue(BigInt(instant.getTime()) * 1000n);
}

/** A condition on a text; the value of its placeholder is a `textList`. */
export function isOneOf(column: string): string {
  return `${column} in (select unnest(from_json(?, '["VARCHAR"]')))`;
}

export function textList(texts: Iterable<string>): string {
  return JSON.stringify([...texts]);
}

export async function selectRows<Row>(
  connection: DuckDBConnection,
  sql: string,
  values: DuckDBValue[] = [],
): Promise<Row[]> {
  const result = await connection.run(sql, values);
  return (await result.getRowObjectsJS()) as Row[];
}

/** As `selectRows`, of a query that always has one row. */
export async function selectOne<Row>(
  connection: DuckDBConnection,
  sql: string,
  values: DuckDBValue[] = [],
): Promise<Row> {
  const [row] = await selectRows<Row>(connection, sql, values);
  return row as Row;
}

/** DuckDB names the kind of an error at the beginning of its message. */
const UNAVAILABLE = /^(IO|Out of Memory|FATAL|INTERNAL|Interrupt|Connection) Error|database has been invalidated/;

function asStoreError(error: unknown): unknown {
  if (!UNAVAILABLE.test((error as Error).message)) return error;
  return new StoreUnavailableError('the embedded store failed', { cause: error });
}
