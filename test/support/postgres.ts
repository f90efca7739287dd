import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { findFreePort } from './free-port.js';

const NOBODY_ID = 65_534;
const RETRY_MILLISECONDS = 20;

/** The folder of PostgreSQL's programs, as `global-setup.js` found it; undefined if it is not installed. */
export const postgresPath = process.env['POSTGRES_BIN'] || undefined;

/** PostgreSQL refuses to run as root. */
const user = process.getuid?.() === 0 ? { uid: NOBODY_ID, gid: NOBODY_ID } : {};

/** A PostgreSQL server with a temporary data folder. */
export class PostgresServer {
  private server: ChildProcess | undefined;

  private constructor(
    private readonly directory: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<PostgresServer> {
    const directory = mkdtempSync(join(tmpdir(), 'osf-metrics-postgres-'));
    if (user.uid !== undefined) chownSync(directory, user.uid, user.gid);
    const options = ['-D', directory, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    execFileSync(join(postgresPath as string, 'initdb'), options, { ...user, stdio: 'ignore' });
    const server = new PostgresServer(directory, await findFreePort());
    await server.run();
    return server;
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`;
  }

  /** Starts the server unless it is running, and waits until it accepts connections. */
  async run(): Promise<void> {
    if (this.isRunning) return;
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'shared_buffers=32MB'];
    const options = ['-D', this.directory, '-p', String(this.port), ...settings.flatMap((setting) => ['-c', setting])];
    this.server = spawn(join(postgresPath as string, 'postgres'), options, { ...user, stdio: 'ignore' });
    while (!(await acceptsConnections(this.url))) await delay(RETRY_MILLISECONDS);
  }

  /** Ends the server immediately, as in a crash. */
  async kill(): Promise<void> {
    await this.end('SIGQUIT');
  }

  async stop(): Promise<void> {
    await this.end('SIGINT');
    rmSync(this.directory, { recursive: true });
  }

  private get isRunning(): boolean {
    return this.server?.exitCode === null && this.server.signalCode === null;
  }

  private async end(signal: 'SIGQUIT' | 'SIGINT'): Promise<void> {
    if (!this.server || !this.isRunning) return;
    const exited = once(this.server, 'exit');
    this.server.kill(signal);
    await exited;
  }
}

async function acceptsConnections(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
