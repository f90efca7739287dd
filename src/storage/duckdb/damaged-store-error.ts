import { BackupFolder } from '../backup-folder.js';
import { journalTime } from './journal/journal-folder.js';

/** The folders of a store. */
export interface StoreFolders {
  /** The folder of the data file, its log and the journal. */
  readonly folder: string;
  /** Null: there are no backups and no journal. */
  readonly backupDir: string | null;
}

/** The store cannot be used before it is restored. The message says what is damaged, what is intact, and what to do. */
export class DamagedStoreError extends Error {
  override readonly name = 'DamagedStoreError';

  /** @param damage what is damaged, as a clause */
  static async describe(damage: string, { folder, backupDir }: StoreFolders): Promise<DamagedStoreError> {
    const [backup] = backupDir === null ? [] : await new BackupFolder(backupDir).list();
    const time = await journalTime(folder);
    const intact = [
      ...(backup ? [`the backup of ${backup.instant.toISOString()}`] : []),
      ...(time ? [`the journal of recorded usages up to ${time.toISOString()}`] : []),
    ];
    const advice =
      intact.length > 0
        ? `There is ${intact.join(' and ')}. Run "osf-metrics restore" to restore everything from there`
        : 'There is neither a backup nor a journal. Run "osf-metrics restore FILE" with a backup of yours';
    return new DamagedStoreError(`${damage}. Nothing was changed. ${advice}`);
  }
}
