import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { mergeColumns, type OsfColumns } from '../../src/osf/osf-schema.js';
import { OsfBuilder } from './osf-builder.js';
import { postgresPath, PostgresServer } from './postgres.js';

const SCHEMA = readFileSync(new URL('osf-schema.sql', import.meta.url), 'utf8');
/** A server on which tests may create databases. Without it, each test file starts its own server. */
const serverUrlFromEnvironment = process.env['TEST_OSF_DATABASE_URL'];

/** `describe` for tests that need PostgreSQL; they are skipped without it and without `TEST_OSF_DATABASE_URL`. */
export const describeWithOsfDatabase =
  serverUrlFromEnvironment === undefined && postgresPath === undefined ? describe.skip : describe;

/** An OSF database for one test file, which contains only what the OSF's migrations create. */
export class TestOsfDatabase extends OsfBuilder {
  private constructor(
    /** For `OSF_DATABASE_URL`. */
    readonly url: string,
    pool: pg.Pool,
    private readonly role: string,
    private readonly remove: () => Promise<void>,
  ) {
    super(pool);
  }

  /** Creates a database on the given server, or on a new one. */
  static async start(onServer = serverUrlFromEnvironment): Promise<TestOsfDatabase> {
    const server = onServer === undefined ? await PostgresServer.start() : undefined;
    const serverUrl = server?.url ?? String(onServer);
    const name = `osf_${randomUUID().replaceAll('-', '')}`;
    await run(serverUrl, `CREATE DATABASE ${name}`);
    const role = `${name}_role`;
    const url = new URL(serverUrl);
    url.pathname = name;
    const pool = new pg.Pool({ connectionString: url.href, max: 2 });
    pool.on('error', () => undefined);
    await pool.query(SCHEMA);
    return new TestOsfDatabase(url.href, pool, role, async () => {
      await pool.end();
      if (server) return await server.stop();
      await run(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`);
      await run(serverUrl, `DROP ROLE IF EXISTS ${role}`);
    });
  }

  /** Creates the role of `docs/osf-role.sql`. @returns a database URL for it */
  async createRole(): Promise<string> {
    await this.query(this.withRoleName(readFileSync('docs/osf-role.sql', 'utf8')));
    const url = new URL(this.url);
    url.username = this.role;
    url.password = 'change me';
    return url.href;
  }

  /** Lets the role read only these columns. */
  async restrictRole(...columns: readonly OsfColumns[]): Promise<void> {
    await this.query(`REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${this.role}`);
    for (const [table, names] of Object.entries(mergeColumns(...columns))) {
      await this.query(`GRANT SELECT (${names.join()}) ON ${table} TO ${this.role}`);
    }
  }

  /** Replaces the name of the role in SQL. Roles belong to the server, so each database has another one. */
  withRoleName(sql: string): string {
    return sql.replaceAll(/\bosf_metrics\b/g, this.role);
  }

  async stop(): Promise<void> {
    await this.remove();
  }
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
}
