import { createHash } from 'node:crypto';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Semaphore } from 'async-mutex';
import pg from 'pg';
import { Configuration } from '../config/configuration.js';
import { OsfSnapshot } from './osf-snapshot.js';
import { databaseUnavailable } from './osf-unavailable.error.js';

const APPLICATION_NAME = 'osf-metrics';
/** Reporters that may read at the same time. */
const SNAPSHOT_CONNECTIONS = 2;
const CONNECT_MILLISECONDS = 10_000;
const IDLE_MILLISECONDS = 30_000;
const INT8: number = pg.types.builtins.INT8;
const DATE: number = pg.types.builtins.DATE;

const logger = new Logger('osf-database');

/**
 * The one door to the OSF's PostgreSQL, for reading only. Whole numbers of 64 bits come as numbers, dates as text,
 * instants as `Date`.
 */
@Injectable()
export class OsfDatabase implements OnApplicationShutdown {
  private readonly lookups: pg.Pool | undefined;
  /** Apart from the lookups, so that a reporter never holds up a usage. */
  private readonly snapshots: pg.Pool | undefined;
  /** A pool lets wait too, but no longer than for a connection: a reporter before this one may take an hour. */
  private readonly turns = new Semaphore(SNAPSHOT_CONNECTIONS);
  private readonly closing = new AbortController();

  constructor(configuration: Configuration) {
    const { osfDatabaseUrl: url, osfDatabaseConnections, osfDatabaseLookupMilliseconds } = configuration;
    if (url === null) return;
    this.lookups = openPool(url, {
      max: osfDatabaseConnections,
      connectionTimeoutMillis: osfDatabaseLookupMilliseconds,
      query_timeout: osfDatabaseLookupMilliseconds,
      settings: { statement_timeout: osfDatabaseLookupMilliseconds },
    });
    this.snapshots = openPool(url, {
      max: SNAPSHOT_CONNECTIONS,
      connectionTimeoutMillis: CONNECT_MILLISECONDS,
      settings: { statement_timeout: configuration.osfDatabaseReportSeconds * 1000 },
    });
  }

  /** Whether there is such a database: `OSF_DATABASE_URL` is set. */
  get isConfigured(): boolean {
    return this.lookups !== undefined;
  }

  /**
   * A short read, planned once for each connection: the SQL must always be the same text. Waits `OSF_DATABASE_LOOKUP_MILLISECONDS` for a connection, and as long for the answer.
   * @throws OsfUnavailableError
   */
  async select<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      const name = createHash('sha256').update(sql).digest('base64url');
      const { rows } = await configured(this.lookups).query<Row>({ name, text: sql, values: [...values] });
      return rows;
    } catch (error) {
      throw databaseUnavailable(error);
    }
  }

  /**
   * What `work` yields, read of the database as it was at one moment: in one transaction, `REPEATABLE READ` and
   * `READ ONLY`, which lasts until the last value is taken.
   *
   * @param signal ends the query that is running, and with it the transaction
   * @throws OsfUnavailableError
   */
  async *inSnapshot<T>(
    work: (snapshot: OsfSnapshot) => AsyncIterable<T>,
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncIterable<T> {
    const aborted = signal ? AbortSignal.any([signal, this.closing.signal]) : this.closing.signal;
    const [, endTurn] = await this.turns.acquire();
    try {
      aborted.throwIfAborted();
      yield* this.readSnapshot(work, aborted);
    } finally {
      endTurn();
    }
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing.abort();
    // Not waited for: a snapshot whose reader went away is never given back.
    void this.snapshots?.end();
    await this.lookups?.end();
  }

  private async *readSnapshot<T>(
    work: (snapshot: OsfSnapshot) => AsyncIterable<T>,
    aborted: AbortSignal,
  ): AsyncIterable<T> {
    const client = await this.connectForSnapshot();
    const snapshot = new OsfSnapshot(client);
    const finished = new AbortController();
    let isWhole = false;
    try {
      await snapshot.select('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const [backend] = await snapshot.select<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      aborted.addEventListener('abort', () => void this.terminate(client, backend?.pid), { signal: finished.signal });
      aborted.throwIfAborted();
      yield* work(snapshot);
      await snapshot.select('COMMIT');
      isWhole = true;
    } catch (error) {
      aborted.throwIfAborted();
      throw error;
    } finally {
      finished.abort();
      // A connection whose transaction failed or was left is closed: that ends the transaction, whatever its state.
      client.release(!isWhole);
    }
  }

  private async connectForSnapshot(): Promise<pg.PoolClient> {
    try {
      return await configured(this.snapshots).connect();
    } catch (error) {
      throw databaseUnavailable(error);
    }
  }

  /**
   * Closed from our side alone, the connection's query would run on: the server looks only when it has something to
   * send. And what is cancelled between two queries goes on with the next.
   */
  private async terminate(client: pg.PoolClient, processId: number | undefined): Promise<void> {
    await this.lookups?.query('SELECT pg_terminate_backend($1)', [processId]).catch(() => undefined);
    // The server may not have answered. Of a client that the pool gave, the pool ends the rest.
    await (client as unknown as pg.Client).end().catch(() => undefined);
  }
}

interface PoolOptions extends pg.PoolConfig {
  /** Of the sessions, as `SET` would. */
  readonly settings: Record<string, string | number>;
}

function openPool(url: string, { settings, ...options }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    ...options,
    connectionString: withSettings(url, { default_transaction_read_only: 'on', ...settings }),
    application_name: APPLICATION_NAME,
    idleTimeoutMillis: IDLE_MILLISECONDS,
    keepAlive: true,
    types: { getTypeParser },
  });
  // Unheard, these events would end the process. A query whose connection breaks fails; one that waits is replaced.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', ({ message }) => logger.warn(`a connection to the OSF's database was lost: ${message}`));
  return pool;
}

/** Settings of the session, which the server takes when it is connected to. */
function withSettings(url: string, settings: Record<string, string | number>): string {
  const extended = new URL(url);
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  extended.searchParams.set('options', [extended.searchParams.get('options') ?? '', ...options].join(' ').trim());
  return extended.href;
}

/** `count(*)` is of 64 bits, and no count is beyond what a number can hold; a date is no instant of any time zone. */
function getTypeParser(type: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (type === INT8) return Number;
  if (type === DATE) return String;
  return pg.types.getTypeParser(type, format) as (text: string) => unknown;
}

function configured(pool: pg.Pool | undefined): pg.Pool {
  if (!pool) throw new Error('OSF_DATABASE_URL is not set');
  return pool;
}
