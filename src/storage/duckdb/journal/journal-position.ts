import type { DuckDBConnection } from '@duckdb/node-api';
import type { Database } from '../database.js';
import { selectOne } from '../sql.js';
import { readJournal } from './journal-folder.js';
import type { ReplayOptions } from './replay-journal.js';

/** How far a data file is in the journal. */
export interface JournalPosition {
  /** Identifies the store and its backups. */
  readonly storeId: string;
  /** The id of the last usage that was recorded, also if it was a double click that was not stored. */
  readonly lastUsageId: number;
}

export async function findPosition(connection: DuckDBConnection): Promise<JournalPosition> {
  return await selectOne<JournalPosition>(
    connection,
    `select store_id as "storeId",
       greatest(last_usage_id, (select coalesce(max(usage_id), 0) from usages))::double as "lastUsageId"
     from journal_position`,
  );
}

/** To be called in a write whose last usage is not inserted, or that deletes usages. */
export async function savePosition(connection: DuckDBConnection, lastUsageId: number): Promise<void> {
  await connection.run(`update journal_position set last_usage_id = ${lastUsageId}`);
}

/** The position of a file. A new file that is restored from the journal alone becomes that of its store. */
export async function findOrAdoptPosition(database: Database, options: ReplayOptions): Promise<JournalPosition> {
  const position = await database.lookUp(findPosition);
  if (!options.isRestored || position.lastUsageId > 0) return position;
  for await (const { storeId } of readJournal(options.folder)) {
    if (storeId === undefined) continue;
    await database.write(async (connection) => {
      await connection.run('update journal_position set store_id = ?', [storeId]);
    });
    return { ...position, storeId };
  }
  return position;
}
