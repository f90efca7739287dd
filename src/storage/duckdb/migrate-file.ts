import type { DuckDBConnection } from '@duckdb/node-api';
import { LAST_PRIVACY_MIGRATION, MIGRATIONS } from './migrations.js';
import { selectOne } from './sql.js';

/**
 * Updates a file of an older version, within a write.
 *
 * @returns whether private data was removed, which stays in unused parts of the file
 * @throws Error when a newer version has used the file
 */
export async function migrateFile(connection: DuckDBConnection): Promise<boolean> {
  await connection.run('create table if not exists schema_version (version integer not null)');
  const sql = 'select coalesce(max(version), 0) as version from schema_version';
  const { version } = await selectOne<{ version: number }>(connection, sql);
  if (version > MIGRATIONS.length) {
    throw new Error(`the data folder was last used by a newer version of this service (schema ${version})`);
  }
  for (const migration of MIGRATIONS.slice(version)) await connection.run(migration);
  await connection.run('delete from schema_version');
  await connection.run('insert into schema_version values (?)', [MIGRATIONS.length]);
  return version > 0 && version < LAST_PRIVACY_MIGRATION;
}
