import type { DuckDBConnection } from '@duckdb/node-api';
import { Semaphore, type SemaphoreInterface, withTimeout } from 'async-mutex';
import { StoreUnavailableError } from '../metrics.repository.js';

/** Reads that may wait for a connection; more are refused. */
const MOST_WAITING = 1_000;
/** A read that waits longer is refused: whoever asked has been answered. */
const WAITING_MILLISECONDS = 30_000;
/** A read that takes longer is given up. */
const READING_MILLISECONDS = 60_000;

/** Connections that read, each for one at a time; the others wait, in the order in which they came. */
export class ConnectionPool {
  private readonly idle: DuckDBConnection[];
  private readonly places: Semaphore;
  private readonly place: SemaphoreInterface;
  private waiting = 0;

  constructor(private readonly connections: readonly DuckDBConnection[]) {
    this.idle = [...connections];
    this.places = new Semaphore(connections.length);
    const tooSlow = new StoreUnavailableError('the embedded store is too slow for all who read');
    this.place = withTimeout(this.places, WAITING_MILLISECONDS, tooSlow);
  }

  /** @throws StoreUnavailableError when too many wait, or this one did for too long */
  async take(): Promise<DuckDBConnection> {
    if (this.waiting >= MOST_WAITING) throw new StoreUnavailableError('too many wait to read the embedded store');
    this.waiting += 1;
    try {
      await this.place.acquire();
    } finally {
      this.waiting -= 1;
    }
    return this.idle.pop() as DuckDBConnection;
  }

  giveBack(connection: DuckDBConnection): void {
    this.idle.push(connection);
    this.places.release();
  }

  /** After the reads that were asked for before. */
  async close(): Promise<void> {
    await this.places.acquire(this.connections.length);
    for (const connection of this.connections) connection.closeSync();
  }
}

/** Interrupts the connection until its read ends: between two statements an interrupt is lost. */
export async function interruptAfterTimeout<T>(connection: DuckDBConnection, read: Promise<T>): Promise<T> {
  const timer = setInterval(() => connection.interrupt(), READING_MILLISECONDS);
  try {
    return await read;
  } finally {
    clearInterval(timer);
  }
}
