import { existsSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { Registry } from 'prom-client';
import type { Configuration } from '../config/configuration.js';
import { readConfiguration } from '../config/read-configuration.js';
import { ALL_REPORTS } from '../reports/report-types.js';
import { BackupFolder } from '../storage/backup-folder.js';
import { dataFilePath } from '../storage/duckdb/data-file.js';
import { checkDatabaseFile } from '../storage/duckdb/database-copy.js';
import { isJournalComplete } from '../storage/duckdb/journal/journal-folder.js';
import { restoreStore } from '../storage/duckdb/restore-store.js';
import { StoreMetrics } from '../storage/store-metrics.js';
import type { Clock } from '../time/clock.js';
import { countOf } from './count-of.js';
import { giveToOwner } from './give-to-owner.js';
import { CommandError } from './service-client.js';
import { unknownName } from './unknown-name.js';
import { findRunningService } from './with-service.js';

/**
 * Replaces the embedded store by a backup and the usages that the journal has after it. The replaced files are kept in a
 * folder beside it.
 * @param file without it, the newest intact backup in BACKUP_DIR; without a backup, a damaged store gets its usages from the
 *   journal, if it has all of them
 * @throws MisuseError when the file does not exist
 * @throws CommandError when a service is running, when all backups are damaged, or when the store is intact and has no backup
 */
export async function restore(clock: Clock, file?: string): Promise<void> {
  const configuration = readConfiguration(process.env);
  const { dataDir, backupDir, embeddedMemoryMb } = configuration;
  if (configuration.usesElasticsearch) {
    throw new CommandError('ELASTICSEARCH_URL is set: restore a snapshot of the cluster instead');
  }
  const running = await findRunningService(configuration);
  if (running) throw new CommandError(`the service at ${running.url} uses ${dataDir}: stop it first`);
  const backups = backupDir === null ? [] : await new BackupFolder(backupDir).list();
  const paths = backups.map(({ path }) => path);
  if (file !== undefined && !existsSync(file)) {
    throw unknownName('backup', file, paths, `BACKUP_DIR is ${backupDir ?? 'none'}`);
  }
  const backup =
    file === undefined
      ? await findIntactBackup(configuration, paths)
      : { path: file, description: await describeBackup(file) };
  // The command prints what the log would say.
  Logger.overrideLogger(false);
  const metrics = new StoreMetrics(new Registry());
  const onInvalid = (reason: string): never => {
    throw new CommandError(reason);
  };
  const options = { folder: dataDir, backupDir, memoryMb: embeddedMemoryMb, metrics, clock, onInvalid };
  const { replaced, usages, missing, unreadableBytes } = await restoreStore(backup?.path, options, ALL_REPORTS);
  await giveToOwner(dataDir);
  if (backup) console.log(`restored ${backup.description} from ${backup.path}`);
  console.log(`restored ${countOf(usages, backup ? 'later usage' : 'usage')} from the journal`);
  if (!backup) console.error('without a backup, items, reports and moderation steps did not come back');
  if (missing > 0) console.error(`in neither the backup nor the journal: up to ${countOf(missing, 'usage')}`);
  if (unreadableBytes > 0) console.error(`incomplete or damaged in the journal: ${countOf(unreadableBytes, 'byte')}`);
  if (replaced !== undefined) {
    console.log(`the replaced store is in ${replaced}; delete this folder when you have checked the restored data`);
  }
}

/** What a backup holds. @throws CommandError when the file is damaged or is no backup */
export async function describeBackup(file: string): Promise<string> {
  try {
    const { rows, bytes } = await checkDatabaseFile(file);
    const count = (...tables: string[]): number => tables.reduce((sum, table) => sum + (rows.get(table) ?? 0), 0);
    if (!rows.has('schema_version')) throw new Error('it is not a backup of this service');
    const reports = [...rows.keys()].filter((table) => table.startsWith('report_'));
    const usages = count('usages_recent', 'usages_settled');
    const held = `${countOf(usages, 'usage')}, ${countOf(count(...reports), 'report')} and ${countOf(count('items'), 'item')}`;
    return `${held} (${countOf(bytes, 'byte')})`;
  } catch (error) {
    throw new CommandError(`cannot use ${file}: ${(error as Error).message}`);
  }
}

/**
 * The journal has usages only: it must not replace a store that has everything.
 * @throws CommandError when the data file is intact
 */
async function requireDamagedStore(dataDir: string): Promise<void> {
  const file = dataFilePath(dataDir);
  const held = existsSync(file) && (await describeBackup(file).catch(() => undefined));
  if (!held) return;
  throw new CommandError(
    `there is no backup, and the store in ${dataDir} is intact, with ${held}: name a backup to replace it by`,
  );
}

interface IntactBackup {
  readonly path: string;
  readonly description: string;
}

async function findIntactBackup(
  { backupDir, dataDir }: Configuration,
  paths: readonly string[],
): Promise<IntactBackup | undefined> {
  for (const path of paths) {
    try {
      return { path, description: await describeBackup(path) };
    } catch (error) {
      console.error((error as Error).message);
    }
  }
  if (await isJournalComplete(dataDir)) {
    await requireDamagedStore(dataDir);
    return undefined;
  }
  throw new CommandError(`there is no intact backup in BACKUP_DIR (${backupDir ?? 'none'}): name a file`);
}
