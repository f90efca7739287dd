import { existsSync } from 'node:fs';
import { copyFile, mkdir, open, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BackupFolder } from '../backups/backup-folder.js';
import type { Configuration } from '../config/configuration.js';
import { readConfiguration } from '../config/read-configuration.js';
import { dataFilePath, hasData, logFilePath } from '../storage/duckdb/data-file.js';
import { checkDatabaseFile } from '../storage/duckdb/database-copy.js';
import type { Clock } from '../time/clock.js';
import { CommandError } from './service-client.js';
import { unknownName } from './unknown-name.js';
import { findRunningService } from './with-service.js';

/**
 * Replaces the embedded store by a backup. The replaced files are kept in a folder beside it.
 * @param file without it, the newest intact backup in BACKUP_DIR
 * @throws MisuseError when the file does not exist
 * @throws CommandError when a service is running, or no backup is intact
 */
export async function restore(clock: Clock, file?: string): Promise<void> {
  const configuration = readConfiguration(process.env);
  const { dataDir } = configuration;
  if (configuration.usesElasticsearch) {
    throw new CommandError('ELASTICSEARCH_URL is set: restore a snapshot of the cluster instead');
  }
  const running = await findRunningService(configuration);
  if (running) throw new CommandError(`the service at ${running.url} uses ${dataDir}: stop it first`);
  const backups = configuration.backupDir === null ? [] : await new BackupFolder(configuration.backupDir).list();
  const paths = backups.map(({ path }) => path);
  if (file !== undefined && !existsSync(file)) {
    throw unknownName('backup', file, paths, `BACKUP_DIR is ${configuration.backupDir ?? 'none'}`);
  }
  const backup = file ?? (await findIntactBackup(configuration, paths));
  const description = await describeBackup(backup);
  await mkdir(dataDir, { recursive: true });
  const draft = `${dataFilePath(dataDir)}.draft`;
  await copyFile(backup, draft);
  await syncFile(draft);
  const replaced = await setAside(dataDir, clock.now());
  await rename(draft, dataFilePath(dataDir));
  if (replaced !== undefined) console.log(`the replaced store is in ${replaced}`);
  console.log(`restored ${description} from ${backup}`);
}

/** What a backup holds. @throws CommandError when the file is damaged or is no backup */
export async function describeBackup(file: string): Promise<string> {
  try {
    const { rows, bytes } = await checkDatabaseFile(file);
    const count = (...tables: string[]): number => tables.reduce((sum, table) => sum + (rows.get(table) ?? 0), 0);
    if (!rows.has('schema_version')) throw new Error('it is not a backup of this service');
    const reports = [...rows.keys()].filter((table) => table.startsWith('report_'));
    const usages = count('usages_recent', 'usages_settled');
    return `${usages} usages, ${count(...reports)} reports and ${count('items')} items (${bytes} bytes)`;
  } catch (error) {
    throw new CommandError(`cannot use ${file}: ${(error as Error).message}`);
  }
}

async function findIntactBackup({ backupDir }: Configuration, paths: readonly string[]): Promise<string> {
  for (const path of paths) {
    try {
      await describeBackup(path);
      return path;
    } catch (error) {
      console.error((error as Error).message);
    }
  }
  throw new CommandError(`there is no intact backup in BACKUP_DIR (${backupDir ?? 'none'}): name a file`);
}

/** Moves the present store away, rather than deleting it: it may be all there is of the last hours. */
async function setAside(dataDir: string, now: Date): Promise<string | undefined> {
  if (!hasData(dataDir)) return undefined;
  const folder = join(dataDir, `replaced-${now.toISOString().slice(0, 19).replaceAll(':', '-')}Z`);
  await mkdir(folder);
  for (const path of [dataFilePath(dataDir), logFilePath(dataDir)]) {
    await rename(path, join(folder, basename(path))).catch(ignoreMissing);
  }
  return folder;
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync();
  await file.close();
}
