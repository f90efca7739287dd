import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Mutex } from 'async-mutex';

const INTERRUPT_INTERVAL_MILLISECONDS = 100;

/** Runs long work, each on a new connection, one at a time. */
export class BackgroundConnection {
  private readonly lock = new Mutex();
  private current: DuckDBConnection | undefined;

  constructor(private readonly instance: DuckDBInstance) {}

  /** @param check throws if the work must not begin any more */
  async run<T>(check: () => void, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return await this.lock.runExclusive(async () => {
      check();
      const connection = await this.instance.connect();
      this.current = connection;
      try {
        return await work(connection);
      } finally {
        this.current = undefined;
        connection.closeSync();
      }
    });
  }

  /** Runs work while no background work runs. */
  async pause(work: () => Promise<void>): Promise<void> {
    await this.lock.runExclusive(work);
  }

  /** Interrupts the work until it ends: an interrupt between two statements is lost. `check` must throw from now on. */
  async close(): Promise<void> {
    this.current?.interrupt();
    const timer = setInterval(() => this.current?.interrupt(), INTERRUPT_INTERVAL_MILLISECONDS);
    await this.lock.runExclusive(() => undefined);
    clearInterval(timer);
  }
}
