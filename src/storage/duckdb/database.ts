import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api';
import { Mutex } from 'async-mutex';
import { StoreUnavailableError } from '../metrics.repository.js';
import type { StoreMetrics, StoreOperation } from '../store-metrics.js';
import { ConnectionPool, interruptAfterTimeout } from './connection-pool.js';
import { MIGRATIONS } from './migrations.js';

const FILE_NAME = 'osf-metrics.duckdb';
/** Reads at a time. */
const QUERIES = 4;
/** Short reads beside them, so that a usage never waits for somebody's large query. */
const LOOKUPS = 2;

/** DuckDB names the kind of an error at the beginning of its message. */
const UNAVAILABLE =
  /^(IO|Out of Memory|FATAL|INTERNAL|INTERRUPT|Connection) Error|Failed to commit: Could not|invalidated/;
/** After these DuckDB refuses everything until the file is opened again. */
const INVALIDATING = /^(FATAL|INTERNAL) Error|database has been invalidated/;

export interface DatabaseOptions {
  /** Where the file is. */
  readonly folder: string;
  readonly memoryMb: number;
  readonly metrics: StoreMetrics;
  /** Called once when the database can only be closed. @param reason what DuckDB says */
  readonly onInvalid: (reason: string) => void;
}

/**
 * The one file of the embedded store. Writes go one after the other through one connection, each in a transaction of its
 * own that is on the disk when it ends; a few reads go at a time beside them.
 */
export class Database {
  private readonly writing = new Mutex();
  private isInvalid = false;
  private temporaryTables = 0;
  private closed: Promise<void> | undefined;

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly writer: DuckDBConnection,
    private readonly queries: ConnectionPool,
    private readonly lookups: ConnectionPool,
    private readonly options: DatabaseOptions,
  ) {}

  /** Opens the file, or makes it when there is none. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const { folder, memoryMb } = options;
    await mkdir(folder, { recursive: true });
    const instance = await openFile(join(folder, FILE_NAME), {
      memory_limit: `${memoryMb}MB`,
      temp_directory: join(folder, 'tmp'),
      default_order: 'asc',
      default_null_order: 'nulls_last',
      autoinstall_known_extensions: 'false',
    });
    const connect = async (count: number): Promise<ConnectionPool> =>
      new ConnectionPool(await Promise.all(Array.from({ length: count }, () => instance.connect())));
    return new Database(instance, await instance.connect(), await connect(QUERIES), await connect(LOOKUPS), options);
  }

  /** Brings a file that an older version left up to date. */
  async migrate(): Promise<void> {
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
  async exclusively(work: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
    this.refuseWhenClosed();
    await this.writing.runExclusive(() => this.attempt('write', () => work(this.writer)));
  }

  /** The work sees one state of the file, whatever is written meanwhile. */
  async read<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return await this.readBy(this.queries, (connection) => inTransaction(connection, work));
  }

  /** As `read`, of a statement that takes little time. */
  async lookUp<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return await this.readBy(this.lookups, work);
  }

  /** Rows as they are read from the disk, in blocks: for who takes them at once, as a reader is taken until the last. */
  async *stream<Row>(sql: string, values: DuckDBValue[]): AsyncIterable<Row> {
    this.refuseWhenClosed();
    const connection = await this.queries.take();
    try {
      const result = await this.attempt('read', () =>
        interruptAfterTimeout(connection, connection.stream(sql, values)),
      );
      for await (const block of result.yieldRowObjectJs()) yield* block as Row[];
    } catch (error) {
      throw this.asStoreError(error);
    } finally {
      this.queries.giveBack(connection);
    }
  }

  /**
   * The rows of a statement in the order of `key`, from one state of the file. The result is kept in a temporary table
   * and read a page at a time, so that a slow reader holds a connection and no memory.
   */
  async *streamPages<Row extends { readonly key: string }>(
    sql: string,
    values: DuckDBValue[],
    pageSize: number,
  ): AsyncIterable<Row> {
    this.refuseWhenClosed();
    const connection = await this.queries.take();
    const table = `pages_${(this.temporaryTables += 1)}`;
    try {
      await this.attempt('read', () => connection.run(`create temp table ${table} as ${sql}`, values));
      let after: string | undefined;
      for (;;) {
        const page = `select * from ${table} ${after === undefined ? '' : 'where key > ?'} order by key limit ${pageSize}`;
        const position = after === undefined ? [] : [after];
        const rows = await this.attempt('read', () => selectRows<Row>(connection, page, position));
        yield* rows;
        after = rows.at(-1)?.key;
        if (rows.length < pageSize) return;
      }
    } finally {
      await connection.run(`drop table if exists ${table}`).catch(() => undefined);
      this.queries.giveBack(connection);
    }
  }

  /** Ends after the reads and writes that were asked for before; what is asked for after is refused. */
  async close(): Promise<void> {
    this.closed ??= this.closeWhenIdle();
    await this.closed;
  }

  private async closeWhenIdle(): Promise<void> {
    await this.writing.acquire();
    await Promise.all([this.queries.close(), this.lookups.close()]);
    this.writer.closeSync();
    this.instance.closeSync();
  }

  private async readBy<T>(readers: ConnectionPool, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    this.refuseWhenClosed();
    const connection = await readers.take();
    try {
      return await this.attempt('read', () => interruptAfterTimeout(connection, work(connection)));
    } finally {
      readers.giveBack(connection);
    }
  }

  private async attempt<T>(operation: StoreOperation, work: () => Promise<T>): Promise<T> {
    this.refuseWhenInvalid();
    const done = this.options.metrics.duration.startTimer({ operation });
    try {
      return await work();
    } catch (error) {
      throw this.asStoreError(error);
    } finally {
      done();
    }
  }

  private refuseWhenInvalid(): void {
    if (this.isInvalid) throw new StoreUnavailableError('the embedded store is being opened again');
  }

  /** Requests whose clients are gone go on; what they wrote beside the closing has kept the process from ending. */
  private refuseWhenClosed(): void {
    if (this.closed) throw new StoreUnavailableError('the embedded store is closed');
  }

  private asStoreError(error: unknown): unknown {
    const { message } = error as Error;
    if (INVALIDATING.test(message) && !this.isInvalid) {
      this.isInvalid = true;
      this.options.onInvalid(message);
    }
    if (!UNAVAILABLE.test(message)) return error;
    return new StoreUnavailableError('the embedded store failed', { cause: error });
  }
}

async function openFile(path: string, settings: Record<string, string>): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(path, settings);
  } catch (error) {
    if (!/Could not set lock/.test((error as Error).message)) throw error;
    throw new Error(`${path} is in use by another process: a data folder serves one at a time`, { cause: error });
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
    await committing(connection.run('commit'));
    return result;
  } catch (error) {
    await connection.run('rollback').catch(() => undefined);
    throw error;
  }
}

/**
 * Awaits a statement that commits. A commit can be durable although it fails: when DuckDB could only not tidy up its
 * file afterwards. Whoever uses the database next learns that it must be opened again.
 */
export async function committing(statement: Promise<unknown>): Promise<void> {
  await statement.catch((error: unknown) => {
    // At the beginning: as a quotation it stands in every error after this one.
    if (!/^FATAL Error: Transaction COMMIT succeeded and is durable/.test((error as Error).message)) throw error;
  });
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
