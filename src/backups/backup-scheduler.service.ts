import { rename, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Gauge, Registry } from 'prom-client';
import { Configuration } from '../config/configuration.js';
import { describeError } from '../model/errors.js';
import { BackupFolder } from '../storage/backup-folder.js';
import { StoreBackup } from '../storage/store-backup.js';
import { Clock } from '../time/clock.js';

const KEPT_BACKUPS = 2;
const CHECK_INTERVAL_MILLISECONDS = 600_000;
/** A little less than a day, so that a backup is not made later every day. */
const BACKUP_INTERVAL_MILLISECONDS = 23.5 * 3_600_000;

/** Makes a backup of the embedded store every day, and keeps the latest ones. */
@Injectable()
export class BackupScheduler {
  private readonly logger = new Logger(BackupScheduler.name);
  private readonly folder: BackupFolder | undefined;

  constructor(
    @Inject(StoreBackup) private readonly store: StoreBackup | null,
    { backupDir }: Configuration,
    private readonly clock: Clock,
    registry: Registry,
  ) {
    if (!store || backupDir === null) return;
    this.folder = new BackupFolder(backupDir);
    const findLatest = async (): Promise<Date | undefined> => await this.findLatest();
    new Gauge({
      name: 'osf_metrics_backup_timestamp_seconds',
      help: 'When the latest verified backup of the embedded store was made; 0: never',
      registers: [registry],
      async collect() {
        this.set(((await findLatest())?.getTime() ?? 0) / 1_000);
      },
    });
  }

  /** When the latest backup was made; undefined without one. */
  async findLatest(): Promise<Date | undefined> {
    const [newest] = (await this.folder?.list()) ?? [];
    return newest?.instant;
  }

  /** Makes a backup if the newest one is about a day old. A failure is logged, and retried at the next check. */
  @Interval('backup', CHECK_INTERVAL_MILLISECONDS)
  async makeIfDue(): Promise<void> {
    const { store, folder } = this;
    if (!store || !folder) return;
    const now = this.clock.now();
    const newest = (await folder.list()).find(({ instant }) => instant <= now);
    if (newest && now.getTime() - newest.instant.getTime() < BACKUP_INTERVAL_MILLISECONDS) return;
    try {
      await this.make(store, folder, now);
    } catch (error) {
      this.logger.error(
        `the backup failed, and is tried again in ${CHECK_INTERVAL_MILLISECONDS / 60_000} minutes: ${describeError(error)}`,
      );
    }
  }

  private async make(store: StoreBackup, folder: BackupFolder, instant: Date): Promise<void> {
    const draft = await folder.prepareDraft(instant);
    await requireSpace(dirname(draft), await store.sizeInBytes());
    const { bytes } = await store.copyTo(draft);
    const path = folder.pathAt(instant);
    await rename(draft, path);
    await folder.removeAllBut(KEPT_BACKUPS, instant);
    const oldest = (await folder.list()).filter((backup) => backup.instant <= instant)[KEPT_BACKUPS - 1];
    if (oldest) await store.forgetUpTo(oldest.path);
    this.logger.log(`saved and verified a backup of ${bytes} bytes in ${path}`);
  }
}

/** A backup must not take the room that recording needs. */
async function requireSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < 2 * bytes)
    throw new Error(`${folder} has less room than twice the store takes (${bytes} bytes)`);
}
