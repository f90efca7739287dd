import type { DuckDBConnection } from '@duckdb/node-api';
import { Logger } from '@nestjs/common';
import { Mutex } from 'async-mutex';
import { describeError } from '../../model/errors.js';
import { StoreUnavailableError } from '../metrics.repository.js';
import type { StoreCopy } from '../store-backup.js';
import type { StoreMetrics, StoreOperation } from '../store-metrics.js';
import { BackgroundConnection } from './background-connection.js';
import { ConnectionPool, interruptAfterTimeout } from './connection-pool.js';
import { copyDatabase, readEveryRow } from './database-copy.js';
import { FileConnection } from './file-connection.js';
import { FileHealth } from './file-health.js';
import { isCheckpointDue } from './log-mark.js';
import { Readiness } from './readiness.js';
import { retryWithMemory } from './retry-with-memory.js';
import { isInvalidating, toStoreError } from './store-errors.js';
import { inTransaction } from './transaction.js';

const MAX_QUERY_CONNECTIONS = 4;
/** So much memory lets one more query run at a time. */
const MEBIBYTES_PER_QUERY = 40;
/** Reserved for short reads, so that recording a usage never waits for a large query. */
const LOOKUP_CONNECTIONS = 2;

export interface DatabaseOptions {
  /** The folder of the file. */
  readonly folder: string;
  readonly memoryMb: number;
  readonly metrics: StoreMetrics;
  /** Called once when an error has invalidated the database, which must then be closed. @param reason DuckDB's message */
  readonly onInvalid: (reason: string) => void;
}

/**
 * The file of the embedded store. Writes run one at a time on one connection, each in its own transaction, which is on
 * disk when the promise resolves. A few reads run concurrently on other connections.
 */
export class Database {
  private readonly writeLock = new Mutex();
  private readonly logger = new Logger(Database.name);
  private readonly background: BackgroundConnection;
  private isCheckpointing = false;
  private isInvalid = false;
  private closed: Promise<void> | undefined;
  private readonly readiness = new Readiness();
  private readonly health = new FileHealth(() => this.readAll());

  private constructor(
    private readonly file: FileConnection,
    private readonly queries: ConnectionPool,
    private readonly lookups: ConnectionPool,
    private readonly options: DatabaseOptions,
  ) {
    this.background = new BackgroundConnection(file.instance);
  }

  /** Opens the file, and creates it if it does not exist. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const { folder, memoryMb } = options;
    const file = await FileConnection.open(folder, memoryMb);
    const connect = async (count: number): Promise<ConnectionPool> =>
      new ConnectionPool(await Promise.all(Array.from({ length: count }, () => file.instance.connect())));
    return new Database(
      file,
      await connect(Math.min(Math.max(Math.floor(memoryMb / MEBIBYTES_PER_QUERY), 1), MAX_QUERY_CONNECTIONS)),
      await connect(LOOKUP_CONNECTIONS),
      options,
    );
  }

  /**
   * Runs a write in a transaction. When the promise resolves, it is durable; when it rejects, nothing of it was stored.
   * Concurrent writes run in the order of the calls.
   *
   * @param work is repeatable if it fails; may return a callback to call when the write is durable, before the next begins
   */
  write(work: (connection: DuckDBConnection) => Promise<(() => void) | void>): Promise<void> {
    return this.runWithPriority(async (connection) => {
      const onCommit = await inTransaction(connection, work);
      onCommit?.();
    });
  }

  /** As `write`, but the work begins and ends its own transactions. */
  async runExclusive(work: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
    this.throwIfClosed();
    await this.writeLock.runExclusive(() => this.attempt('write', () => work(this.file.writer)));
    void this.checkpointIfDue();
  }

  /** Moves the log into the file, and begins a new one. Waits for background work, which may write. */
  async checkpoint(): Promise<void> {
    const work = async (connection: DuckDBConnection): Promise<void> => {
      await connection.run('checkpoint');
      // A log without a mark would not be applied. Opening the file again writes it.
      await this.file.logMark.write(connection).catch((error: unknown) => this.invalidate(error));
    };
    await this.background.pause(() => this.runExclusive(work));
  }

  /**
   * As `runExclusive`, but takes memory from queries if there is not enough: they are interrupted.
   * @param work is repeatable if it fails
   */
  async runWithPriority(work: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
    const takeMemory = (): void => this.queries.interrupt();
    await this.runExclusive((connection) => retryWithMemory(() => work(connection), takeMemory));
  }

  /** Runs reads that see one state of the file, regardless of concurrent writes. */
  async read<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return await this.readWith(this.queries, (connection) => inTransaction(connection, work));
  }

  /** Runs one short read, which does not wait for large queries. */
  async lookUp<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return await this.readWith(this.lookups, work);
  }

  /** Streams what the work reads on one connection, which is in use until the end. */
  async *streamWith<T>(work: (connection: DuckDBConnection) => AsyncIterable<T>): AsyncIterable<T> {
    this.throwIfClosed();
    this.throwIfInvalid();
    const connection = await this.queries.acquire();
    try {
      yield* work(connection);
    } catch (error) {
      throw this.asStoreError(error);
    } finally {
      this.queries.release(connection);
    }
  }

  /** Whether the log that the file had when it was opened is in use, and not ignored. */
  async isLogApplied(): Promise<boolean> {
    return await this.lookUp((connection) => this.file.logMark.isApplied(connection));
  }

  /** Reads the whole file. @throws Error when a part of it cannot be read */
  async readAll(): Promise<void> {
    await this.runInBackground(readEveryRow);
  }

  /** Copies the file while reads and writes go on. Closing the file interrupts it. */
  async copyTo(path: string): Promise<StoreCopy> {
    return await this.runInBackground((connection) => copyDatabase(connection, path));
  }

  /** Runs long work beside reads and writes, one at a time, on a connection of its own. Closing the file interrupts it. */
  async runInBackground<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    try {
      return await this.background.run(() => this.throwIfClosed(), work);
    } catch (error) {
      // The error may be one of the file that is written.
      this.asStoreError(error);
      throw error;
    }
  }

  /** Reads the whole file beside other reads and writes. If a part of it cannot be read, `checkHealth` fails from then on. */
  async verify(): Promise<void> {
    await this.health.verify();
  }

  /** Resolves if the next usage would be stored, and a query answered. @throws StoreUnavailableError */
  async checkHealth(): Promise<void> {
    this.health.check();
    await this.readiness.check(this);
  }

  /** Closes the file after the pending reads and writes. Later ones throw `StoreUnavailableError`. */
  async close(): Promise<void> {
    await (this.closed ??= this.closeWhenIdle());
  }

  /** Closes a damaged file without changing it. */
  async abandon(): Promise<void> {
    await this.file.writer.run('pragma disable_checkpoint_on_shutdown').catch(() => undefined);
    await this.close();
  }

  private async checkpointIfDue(): Promise<void> {
    if (this.isCheckpointing) return;
    this.isCheckpointing = true;
    try {
      if (await isCheckpointDue(this.options.folder)) await this.checkpoint();
    } catch (error) {
      if (!this.closed) this.logger.error(`the log cannot be moved into the data file: ${describeError(error)}`);
    } finally {
      this.isCheckpointing = false;
    }
  }

  private async closeWhenIdle(): Promise<void> {
    await this.writeLock.acquire();
    await this.background.close();
    await Promise.all([this.queries.close(), this.lookups.close()]);
    await this.file.close();
  }

  private async readWith<T>(pool: ConnectionPool, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    this.throwIfClosed();
    const connection = await pool.acquire();
    try {
      return await this.attempt('read', () => interruptAfterTimeout(connection, work(connection)));
    } finally {
      pool.release(connection);
    }
  }

  private async attempt<T>(operation: StoreOperation, work: () => Promise<T>): Promise<T> {
    this.throwIfInvalid();
    const stopTimer = this.options.metrics.duration.startTimer({ operation });
    try {
      const result = await work();
      if (operation === 'write') this.readiness.noteWrite();
      return result;
    } catch (error) {
      const storeError = this.asStoreError(error);
      if (operation === 'write' && storeError !== error) this.readiness.noteFailedWrite();
      throw storeError;
    } finally {
      stopTimer();
    }
  }

  private throwIfInvalid(): void {
    if (this.isInvalid) throw new StoreUnavailableError('the embedded store is being reopened');
  }

  /** Requests of disconnected clients continue. A write during the closing would keep the process from ending. */
  private throwIfClosed(): void {
    if (this.closed) throw new StoreUnavailableError('the embedded store is closed');
  }

  private asStoreError(error: unknown): unknown {
    this.health.observe(error);
    if (isInvalidating(error)) this.invalidate(error);
    return toStoreError(error);
  }

  private invalidate(error: unknown): void {
    if (this.isInvalid) return;
    this.isInvalid = true;
    this.options.onInvalid((error as Error).message);
  }
}
