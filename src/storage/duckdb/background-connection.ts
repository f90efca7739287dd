import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Mutex } from 'async-mutex';

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

  /** Interrupts the work, and lets no other begin. */
  async close(): Promise<void> {
    this.current?.interrupt();
    await this.lock.acquire();
  }
}
