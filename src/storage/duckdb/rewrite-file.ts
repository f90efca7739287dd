import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Logger } from '@nestjs/common';
import { dataFilePath, logFilePath } from './data-file.js';
import { Database, type DatabaseOptions } from './database.js';

const logger = new Logger('DuckDbRepository');

/**
 * Writes the data to a new file, which replaces the old one. Data that was deleted or changed stays in unused parts of a
 * DuckDB file: after a migration that removes private data, the old file still has it.
 *
 * @returns the database, open again
 */
export async function rewriteFile(database: Database, options: DatabaseOptions): Promise<Database> {
  const path = dataFilePath(options.folder);
  const draft = `${path}.rewriting`;
  logger.log('rewriting the data file, so that nothing of the older version stays in it');
  await rm(draft, { force: true });
  await database.copyTo(draft);
  await database.close();
  // Closing moves the log into the file. A log that is left belongs to the old file.
  if (existsSync(logFilePath(options.folder))) throw new Error(`${logFilePath(options.folder)} was not closed`);
  await rename(draft, path);
  return await Database.open(options);
}
