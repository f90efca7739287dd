import { readFile } from 'node:fs/promises';
import pg from 'pg';

/** Numbers of rows at scale 1. Other tables grow in proportion. */
const SIZES = { users: 100_000, nodes: 200_000, files: 1_000_000 };

/** Gives columns default values, which the OSF's Django otherwise fills in. */
const ADD_DEFAULTS = `DO $$
DECLARE target record;
BEGIN
  FOR target IN SELECT table_name, column_name, CASE
      WHEN data_type = 'jsonb' OR data_type = 'ARRAY' THEN '''{}'''
      WHEN data_type LIKE 'timestamp%' THEN 'now()'
      WHEN data_type = 'boolean' THEN 'false'
      WHEN data_type IN ('integer', 'bigint') THEN '0'
      ELSE '''''' END AS value
    FROM information_schema.columns
    WHERE table_schema = 'public' AND is_nullable = 'NO' AND is_identity = 'NO' AND column_default IS NULL
  LOOP
    EXECUTE format('ALTER TABLE %I ALTER COLUMN %I SET DEFAULT %s', target.table_name, target.column_name, target.value);
  END LOOP;
END $$`;

/** Creates and fills the OSF's tables in an empty database. The user of the URL must be a superuser. */
export async function fillOsfDatabase(url, scale) {
  const client = new pg.Client(url);
  await client.connect();
  const start = performance.now();
  const schema = await readFile(new URL('../test/support/osf-schema.sql', import.meta.url), 'utf8');
  const statements = schema.split(/;\n/).filter((statement) => statement.trim() !== '');
  const isIndex = (statement) => /^CREATE (UNIQUE )?INDEX/m.test(statement);
  for (const statement of statements.filter((each) => !isIndex(each))) await client.query(statement);
  await client.query(ADD_DEFAULTS);
  for (const [name, size] of Object.entries(SIZES))
    await client.query(`SET bench.${name} = ${Math.round(size * scale)}`);
  // Skips the foreign key checks, which would take longer than everything else. The generated keys are valid.
  await client.query('SET session_replication_role = replica');
  await client.query(await readFile(new URL('osf-database.sql', import.meta.url), 'utf8'));
  for (const statement of statements.filter(isIndex)) await client.query(statement);
  await client.query('VACUUM (ANALYZE)');
  await client.end();
  console.log(`filled in ${Math.round((performance.now() - start) / 1000)} s`);
}
