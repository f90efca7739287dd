import { existsSync } from 'node:fs';
import { copyFile, mkdir, open, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ReportClass } from '../../model/report-type.js';
import { createFolder } from '../../operations/create-folder.js';
import { dataFilePath, logFilePath } from './data-file.js';
import type { Replay } from './journal/replay-journal.js';
import { OpenStore } from './open-store.js';
import type { RecoveringOptions } from './recover-file.js';

export interface RestoredStore extends Replay {
  /** Where the files of the replaced store are; undefined when there was none. */
  readonly replaced: string | undefined;
}

/**
 * Replaces the store by a backup and what the journal has after it. No service may use the folder meanwhile.
 * @param backup undefined: the journal has everything
 */
export async function restoreStore(
  backup: string | undefined,
  options: Omit<RecoveringOptions, 'isRestored'>,
  reportClasses: readonly ReportClass[],
): Promise<RestoredStore> {
  const { folder, clock } = options;
  await createFolder(folder);
  const path = dataFilePath(folder);
  const draft = `${path}.draft`;
  if (backup !== undefined) {
    await copyFile(backup, draft);
    await syncFile(draft);
  }
  const replaced = await setAside(folder, clock.now());
  if (backup !== undefined) await rename(draft, path);
  const store = await OpenStore.open({ ...options, isRestored: true }, reportClasses);
  await store.close();
  return { ...store.replay, replaced };
}

/** Moves the present store away, rather than deleting it: it may be all there is of the last hours. */
async function setAside(dataDir: string, now: Date): Promise<string | undefined> {
  const files = [dataFilePath(dataDir), logFilePath(dataDir)].filter((path) => existsSync(path));
  if (files.length === 0) return undefined;
  const folder = join(dataDir, `replaced-${now.toISOString().slice(0, 19).replaceAll(':', '-')}Z`);
  await mkdir(folder, { recursive: true });
  for (const path of files) await rename(path, join(folder, basename(path)));
  return folder;
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync();
  await file.close();
}
