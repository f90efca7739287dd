import { readFile } from 'node:fs/promises';
import pg from 'pg';

/** How much there is at scale 1; of other things there are more or fewer in proportion. */
const SIZES = { users: 100_000, nodes: 200_000, files: 1_000_000 };

/** What the OSF's Django puts into columns for which nothing is given, PostgreSQL is to put there. */
const DEFAULTS = `DO $$
DECLARE place record;
BEGIN
  FOR place IN SELECT table_name, column_name, CASE
      WHEN data_type = 'jsonb' OR data_type = 'ARRAY' THEN '''{}'''
      WHEN data_type LIKE 'timestamp%' THEN 'now()'
      WHEN data_type = 'boolean' THEN 'false'
      WHEN data_type IN ('integer', 'bigint') THEN '0'
      ELSE '''''' END AS value
    FROM information_schema.columns
    WHERE table_schema = 'public' AND is_nullable = 'NO' AND is_identity = 'NO' AND column_default IS NULL
  LOOP
    EXECUTE format('ALTER TABLE %I ALTER COLUMN %I SET DEFAULT %s', place.table_name, place.column_name, place.value);
  END LOOP;
END $$`;

/** Makes the OSF's tables in an empty database, for which the URL names a superuser, and fills them. */
export async function fillOsfDatabase(url, scale) {
  const client = new pg.Client(url);
  await client.connect();
  const start = performance.now();
  const schema = await readFile(new URL('../test/support/osf-schema.sql', import.meta.url), 'utf8');
  const statements = schema.split(/;\n/).filter((statement) => statement.trim() !== '');
  const isIndex = (statement) => /^CREATE (UNIQUE )?INDEX/m.test(statement);
  for (const statement of statements.filter((each) => !isIndex(each))) await client.query(statement);
  await client.query(DEFAULTS);
  for (const [name, size] of Object.entries(SIZES))
    await client.query(`SET bench.${name} = ${Math.round(size * scale)}`);
  // What refers to what is right as it is made; to look each up takes longer than all the rest.
  await client.query('SET session_replication_role = replica');
  await client.query(await readFile(new URL('osf-database.sql', import.meta.url), 'utf8'));
  for (const statement of statements.filter(isIndex)) await client.query(statement);
  await client.query('VACUUM (ANALYZE)');
  await client.end();
  console.log(`filled in ${Math.round((performance.now() - start) / 1000)} s`);
}
