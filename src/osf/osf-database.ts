import { createHash } from 'node:crypto';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Semaphore } from 'async-mutex';
import pg from 'pg';
import { Configuration } from '../config/configuration.js';
import { OsfSnapshot } from './osf-snapshot.js';
import { databaseUnavailable } from './osf-unavailable.error.js';

const APPLICATION_NAME = 'osf-metrics';
/** How many reporters may read at the same time. */
const SNAPSHOT_CONNECTIONS = 2;
const CONNECT_TIMEOUT_MILLISECONDS = 10_000;
const IDLE_TIMEOUT_MILLISECONDS = 30_000;
const INT8: number = pg.types.builtins.INT8;
const DATE: number = pg.types.builtins.DATE;

/**
 * Read-only access to the OSF's PostgreSQL database. In rows, `bigint` is a number, `date` is text (YYYY-MM-DD), and
 * `timestamptz` is a `Date`.
 */
@Injectable()
export class OsfDatabase implements OnApplicationShutdown {
  private readonly logger = new Logger(OsfDatabase.name);
  private readonly lookupPool: pg.Pool | undefined;
  /** Separate from the lookups, so that reporters never delay the recording of usages. */
  private readonly snapshotPool: pg.Pool | undefined;
  /** The pool would queue too, but only for its connection timeout; a reporter may wait for an hour. */
  private readonly snapshotSlots = new Semaphore(SNAPSHOT_CONNECTIONS);
  private readonly shutdown = new AbortController();

  constructor(configuration: Configuration) {
    const { osfDatabaseUrl: url, osfDatabaseConnections, osfDatabaseLookupMilliseconds } = configuration;
    if (url === null) return;
    this.lookupPool = this.createPool(url, {
      max: osfDatabaseConnections,
      connectionTimeoutMillis: osfDatabaseLookupMilliseconds,
      query_timeout: osfDatabaseLookupMilliseconds,
      sessionSettings: { statement_timeout: osfDatabaseLookupMilliseconds },
    });
    this.snapshotPool = this.createPool(url, {
      max: SNAPSHOT_CONNECTIONS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MILLISECONDS,
      sessionSettings: { statement_timeout: configuration.osfDatabaseReportSeconds * 1000 },
    });
  }

  /** Whether `OSF_DATABASE_URL` is set. */
  get isConfigured(): boolean {
    return this.lookupPool !== undefined;
  }

  /**
   * Runs a short query as a prepared statement; pass variable parts as values, so that the SQL text stays the same. Waits
   * at most `OSF_DATABASE_LOOKUP_MILLISECONDS` for a connection, and the same time for the result.
   * @throws OsfUnavailableError
   */
  async select<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      const name = createHash('sha256').update(sql).digest('base64url');
      const { rows } = await requirePool(this.lookupPool).query<Row>({ name, text: sql, values: [...values] });
      return rows;
    } catch (error) {
      throw databaseUnavailable(error);
    }
  }

  /**
   * Yields the values of `read`, whose queries run in one `REPEATABLE READ, READ ONLY` transaction. The transaction ends
   * when the last value has been consumed or the consumer stops iterating.
   * @param signal cancels the running query and the transaction
   * @throws OsfUnavailableError
   */
  async *inSnapshot<T>(
    read: (snapshot: OsfSnapshot) => AsyncIterable<T>,
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncIterable<T> {
    const aborted = signal ? AbortSignal.any([signal, this.shutdown.signal]) : this.shutdown.signal;
    const [, releaseSlot] = await this.snapshotSlots.acquire();
    try {
      aborted.throwIfAborted();
      yield* this.readSnapshot(read, aborted);
    } finally {
      releaseSlot();
    }
  }

  async onApplicationShutdown(): Promise<void> {
    this.shutdown.abort();
    // Not awaited: a snapshot that its consumer has abandoned never returns its connection.
    void this.snapshotPool?.end();
    await this.lookupPool?.end();
  }

  private async *readSnapshot<T>(
    read: (snapshot: OsfSnapshot) => AsyncIterable<T>,
    aborted: AbortSignal,
  ): AsyncIterable<T> {
    const client = await this.connectForSnapshot();
    const snapshot = new OsfSnapshot(client);
    const finished = new AbortController();
    let isCommitted = false;
    try {
      await snapshot.select('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const [backend] = await snapshot.select<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      aborted.addEventListener('abort', () => void this.terminate(client, backend?.pid), { signal: finished.signal });
      aborted.throwIfAborted();
      yield* read(snapshot);
      await snapshot.select('COMMIT');
      isCommitted = true;
    } catch (error) {
      aborted.throwIfAborted();
      throw error;
    } finally {
      finished.abort();
      // Unless it has committed, close the connection: that ends the transaction in any state.
      client.release(!isCommitted);
    }
  }

  private async connectForSnapshot(): Promise<pg.PoolClient> {
    try {
      return await requirePool(this.snapshotPool).connect();
    } catch (error) {
      throw databaseUnavailable(error);
    }
  }

  /**
   * Terminates the backend of a connection. Closing the connection from our side is not enough: the server notices it only
   * when it sends rows. Cancelling the query is not enough either: between two queries it would have no effect.
   */
  private async terminate(client: pg.PoolClient, processId: number | undefined): Promise<void> {
    await this.lookupPool?.query('SELECT pg_terminate_backend($1)', [processId]).catch(() => undefined);
    // In case the server could not be reached. The pool cleans up after a client that has ended.
    await (client as unknown as pg.Client).end().catch(() => undefined);
  }

  private createPool(url: string, { sessionSettings, ...options }: PoolOptions): pg.Pool {
    const pool = new pg.Pool({
      ...options,
      connectionString: withSessionSettings(url, { default_transaction_read_only: 'on', ...sessionSettings }),
      application_name: APPLICATION_NAME,
      idleTimeoutMillis: IDLE_TIMEOUT_MILLISECONDS,
      keepAlive: true,
      types: { getTypeParser },
    });
    // Without listeners, these events would end the process. The pool replaces a lost connection.
    pool.on('connect', (client) => client.on('error', () => undefined));
    pool.on('error', ({ message }) => this.logger.warn(`lost a connection to the OSF's database: ${message}`));
    return pool;
  }
}

interface PoolOptions extends pg.PoolConfig {
  /** Settings of each session, as for `SET`. */
  readonly sessionSettings: Record<string, string | number>;
}

/** Adds settings that the server applies when a connection starts. */
function withSessionSettings(url: string, settings: Record<string, string | number>): string {
  const extended = new URL(url);
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  extended.searchParams.set('options', [extended.searchParams.get('options') ?? '', ...options].join(' ').trim());
  return extended.href;
}

/** `pg` returns `bigint` as text, and `date` as midnight in the local time zone. */
function getTypeParser(type: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (type === INT8) return Number;
  if (type === DATE) return String;
  return pg.types.getTypeParser(type, format) as (text: string) => unknown;
}

function requirePool(pool: pg.Pool | undefined): pg.Pool {
  if (!pool) throw new Error('OSF_DATABASE_URL is not set');
  return pool;
}
