import { existsSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Logger } from '@nestjs/common';
import type { Clock } from '../../time/clock.js';
import { BackupFolder } from '../backup-folder.js';
import { takeCleanClose } from './clean-close.js';
import { DamagedStoreError } from './damaged-store-error.js';
import { dataFilePath, FileInUseError, logFilePath, requireUnused } from './data-file.js';
import { Database, type DatabaseOptions } from './database.js';
import { findLogMarkOfFile } from './database-copy.js';
import { hasJournal } from './journal/journal-folder.js';
import type { ReplayOptions } from './journal/replay-journal.js';
import { hasLog, isLogOfFile, readLogMark } from './log-mark.js';
import { isOutOfSpace } from './store-errors.js';

/** A file with less has not even the headers of an empty one. */
const EMPTY_FILE_BYTES = 12_288;

const logger = new Logger('DuckDbRepository');

export interface RecoveringOptions extends DatabaseOptions, ReplayOptions {
  readonly folder: string;
  readonly clock: Clock;
}

/**
 * Opens the data file. Sets its log aside if it is damaged or belongs to another file. Reads the whole file before, unless it
 * is as it was closed.
 * @throws DamagedStoreError when the file cannot be used
 */
export async function openRecovering(options: RecoveringOptions): Promise<Database> {
  const { folder } = options;
  await checkExistence(options);
  if (!existsSync(dataFilePath(folder))) return await Database.open(options);
  const isAsClosed = (await takeCleanClose(folder)) && !hasLog(folder);
  if (hasLog(folder) && !(await isLogOfFile(folder))) {
    // Another process may just have written a checkpoint.
    await requireUnused(folder);
    await setForeignLogAside(options);
  }
  const database = await openWithoutDamagedLog(options);
  if (isAsClosed) {
    void database.verify();
    return database;
  }
  try {
    await database.readAll();
    return database;
  } catch (error) {
    await database.abandon();
    throw await damagedFile(options, error);
  }
}

/** An empty store is created only where there never was another one. */
async function checkExistence(options: RecoveringOptions): Promise<void> {
  const { folder, backupDir, isRestored } = options;
  const path = dataFilePath(folder);
  const bytes = existsSync(path) ? (await stat(path)).size : undefined;
  if (bytes !== undefined && bytes >= EMPTY_FILE_BYTES) return;
  const backups = backupDir === null ? [] : await new BackupFolder(backupDir).list();
  if (!isRestored && (hasLog(folder) || hasJournal(folder) || backups.length > 0)) {
    const damage =
      bytes === undefined ? `The data file ${path} is missing` : `The data file ${path} has only ${bytes} bytes`;
    throw await DamagedStoreError.describe(damage, options);
  }
  if (bytes === undefined) return;
  logger.warn(`replacing ${path}: it has only ${bytes} bytes, because the disk was full when it was created`);
  for (const each of [path, logFilePath(folder)]) await rm(each, { force: true });
}

async function openWithoutDamagedLog(options: RecoveringOptions): Promise<Database> {
  const { folder } = options;
  try {
    const hadLog = hasLog(folder);
    const database = await Database.open(options);
    if (!hadLog || (await database.isLogApplied())) return database;
    await database.abandon();
    await setLogAside(options, 'is damaged at its beginning');
    return await Database.open(options);
  } catch (error) {
    if (error instanceof FileInUseError || isOutOfSpace(error)) throw error;
    if (!hasLog(folder)) throw await damagedFile(options, error);
    const { restore, path } = await moveLog(options);
    try {
      const database = await Database.open(options);
      logSetAside(path, `is damaged (${firstLine(error)})`);
      return database;
    } catch (secondError) {
      await restore();
      throw await damagedFile(options, secondError);
    }
  }
}

/** Sets a log aside that does not continue the data file. */
async function setForeignLogAside(options: RecoveringOptions): Promise<void> {
  const { path } = await moveLog(options);
  if (!(await isLogInFile(path, options))) {
    logSetAside(path, 'belongs to another state of the data file, or was already applied to it');
    return;
  }
  logger.warn(
    'the log of the data file was already moved into it: the service ended between the last step of a checkpoint and the ' +
      `removal of the log. Nothing is lost. The log is kept as ${path}, and can be deleted`,
  );
}

/** Whether a checkpoint has moved the log into the data file, which keeps the mark of the last one that was. */
async function isLogInFile(path: string, { folder }: RecoveringOptions): Promise<boolean> {
  const mark = await readLogMark(path);
  // Whether the file is damaged is found out later.
  return mark !== undefined && mark === (await findLogMarkOfFile(dataFilePath(folder)).catch(() => undefined));
}

async function setLogAside(options: RecoveringOptions, reason: string): Promise<void> {
  logSetAside((await moveLog(options)).path, reason);
}

function logSetAside(path: string, reason: string): void {
  logger.error(
    `the log of the data file ${reason}. The data file is intact and in use, without what only the log had since its last ` +
      `checkpoint; usages come back from the journal. The log is kept as ${path}. Check reports and items of the last hours, ` +
      `and delete it then`,
  );
}

async function moveLog({ folder, clock }: RecoveringOptions): Promise<{ path: string; restore: () => Promise<void> }> {
  const log = logFilePath(folder);
  const path = `${log}.set-aside-${clock.now().toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
  await rename(log, path);
  return { path, restore: () => rename(path, log) };
}

async function damagedFile(options: RecoveringOptions, error: unknown): Promise<Error> {
  if (isOutOfSpace(error)) return error as Error;
  const damage = `The data file ${dataFilePath(options.folder)} is damaged (${firstLine(error)})`;
  return await DamagedStoreError.describe(damage, options);
}

function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0] ?? '';
}
