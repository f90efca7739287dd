import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { mergeColumns, type OsfColumns } from '../../src/osf/osf-schema.js';
import { OsfBuilder } from './osf-builder.js';
import { postgresPath, PostgresServer } from './postgres.js';

const SCHEMA = readFileSync(new URL('osf-schema.sql', import.meta.url), 'utf8');
/** A server on which the tests may make databases, in place of servers of their own. */
const givenUrl = process.env['TEST_OSF_DATABASE_URL'];

/** A suite that needs the OSF's database: skipped where there is neither PostgreSQL nor `TEST_OSF_DATABASE_URL`. */
export const describeWithOsfDatabase = givenUrl === undefined && postgresPath === undefined ? describe.skip : describe;

/** The OSF's database, empty but for what its migrations leave, for one test file. */
export class TestOsfDatabase extends OsfBuilder {
  private constructor(
    /** As `OSF_DATABASE_URL` takes it. */
    readonly url: string,
    pool: pg.Pool,
    private readonly role: string,
    private readonly discard: () => Promise<void>,
  ) {
    super(pool);
  }

  /** On a server of its own, or the given one. */
  static async start(onServer = givenUrl): Promise<TestOsfDatabase> {
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

  /** The URL for the role that `docs/osf-role.sql` makes. */
  async urlOfRole(): Promise<string> {
    await this.query(this.ofRole(readFileSync('docs/osf-role.sql', 'utf8')));
    const url = new URL(this.url);
    url.username = this.role;
    url.password = 'change me';
    return url.href;
  }

  /** Takes from that role what it may read, but for these columns. */
  async letRoleRead(...columns: readonly OsfColumns[]): Promise<void> {
    await this.query(`REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${this.role}`);
    for (const [table, names] of Object.entries(mergeColumns(...columns))) {
      await this.query(`GRANT SELECT (${names.join()}) ON ${table} TO ${this.role}`);
    }
  }

  /** SQL about the role, which in this database has a name of its own: roles are of the whole server. */
  ofRole(sql: string): string {
    return sql.replaceAll(/\bosf_metrics\b/g, this.role);
  }

  async stop(): Promise<void> {
    await this.discard();
  }
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
}
