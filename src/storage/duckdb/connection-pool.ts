import type { DuckDBConnection } from '@duckdb/node-api';
import { Semaphore, type SemaphoreInterface, withTimeout } from 'async-mutex';
import { StoreUnavailableError } from '../metrics.repository.js';

const MAX_WAITING_READS = 1_000;
/** Longer waits are useless, because the client's request has timed out. */
const ACQUIRE_TIMEOUT_MILLISECONDS = 30_000;
const READ_TIMEOUT_MILLISECONDS = 60_000;

/** Connections for reads, one read at a time each. Other reads wait in order of arrival. */
export class ConnectionPool {
  private readonly idle: DuckDBConnection[];
  private readonly semaphore: Semaphore;
  private readonly semaphoreWithTimeout: SemaphoreInterface;
  private waiting = 0;

  constructor(private readonly connections: readonly DuckDBConnection[]) {
    this.idle = [...connections];
    this.semaphore = new Semaphore(connections.length);
    const timeoutError = new StoreUnavailableError('no connection of the embedded store became free in time');
    this.semaphoreWithTimeout = withTimeout(this.semaphore, ACQUIRE_TIMEOUT_MILLISECONDS, timeoutError);
  }

  /** @throws StoreUnavailableError when too many reads wait, or no connection becomes free in time */
  async acquire(): Promise<DuckDBConnection> {
    if (this.waiting >= MAX_WAITING_READS) throw new StoreUnavailableError('too many reads of the embedded store wait');
    this.waiting += 1;
    try {
      await this.semaphoreWithTimeout.acquire();
    } finally {
      this.waiting -= 1;
    }
    return this.idle.pop() as DuckDBConnection;
  }

  release(connection: DuckDBConnection): void {
    this.idle.push(connection);
    this.semaphore.release();
  }

  /** Interrupts the running reads. */
  interrupt(): void {
    for (const connection of this.connections) if (!this.idle.includes(connection)) connection.interrupt();
  }

  /** Closes the connections after all pending reads. */
  async close(): Promise<void> {
    await this.semaphore.acquire(this.connections.length);
    for (const connection of this.connections) connection.closeSync();
  }
}

/** Interrupts a read that takes too long. Repeats until the read ends: an interrupt between two statements is lost. */
export async function interruptAfterTimeout<T>(connection: DuckDBConnection, read: Promise<T>): Promise<T> {
  const timer = setInterval(() => connection.interrupt(), READ_TIMEOUT_MILLISECONDS);
  try {
    return await read;
  } finally {
    clearInterval(timer);
  }
}
