import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createFolder } from '../operations/create-folder.js';

const NAME = /^osf-metrics-(\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2})Z\.duckdb$/;
const DRAFT_SUFFIX = '.draft';
const OWNER_ONLY = 0o700;

/** A backup of the embedded store. */
export interface BackupFile {
  readonly path: string;
  /** When the backup was made. */
  readonly instant: Date;
}

/** The folder of the daily backups. A backup in progress has the suffix `.draft`. */
export class BackupFolder {
  constructor(private readonly folder: string) {}

  /** All complete backups, the newest first. */
  async list(): Promise<BackupFile[]> {
    const names = await readdir(this.folder).catch(() => []);
    return names
      .flatMap((name) => {
        const [, time] = NAME.exec(name) ?? [];
        return time === undefined ? [] : [{ path: join(this.folder, name), instant: parseTime(time) }];
      })
      .sort((a, b) => b.instant.getTime() - a.instant.getTime());
  }

  pathAt(instant: Date): string {
    return join(this.folder, `osf-metrics-${instant.toISOString().slice(0, 19).replaceAll(':', '-')}Z.duckdb`);
  }

  /** Where a backup is written until it is complete. Removes the remains of earlier ones. */
  async prepareDraft(instant: Date): Promise<string> {
    await createFolder(this.folder, OWNER_ONLY);
    for (const name of await readdir(this.folder)) {
      if (name.includes(DRAFT_SUFFIX)) await rm(join(this.folder, name), { force: true });
    }
    return `${this.pathAt(instant)}${DRAFT_SUFFIX}`;
  }

  /** Removes all but the newest backups up to now. Those that a wrong clock dated later stay. */
  async removeAllBut(count: number, now: Date): Promise<void> {
    const backups = (await this.list()).filter(({ instant }) => instant <= now);
    for (const { path } of backups.slice(count)) await rm(path, { force: true });
  }
}

function parseTime(text: string): Date {
  const [date = '', time = ''] = text.split('T');
  return new Date(`${date}T${time.replaceAll('-', ':')}Z`);
}
