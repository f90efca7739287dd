import { rename, rm } from 'node:fs/promises';
import { Logger } from '@nestjs/common';
import { DamagedStoreError, type StoreFolders } from '../damaged-store-error.js';
import type { DuckDbUsageWriter } from '../usage-writer.js';
import { journalFolder, readJournal } from './journal-folder.js';
import type { JournalPosition } from './journal-position.js';
import type { SegmentContent } from './journal-segment.js';

const logger = new Logger('Journal');

export interface ReplayOptions extends StoreFolders {
  /** Whether the file was just restored. What is in neither the file nor the journal is then accepted as lost. */
  readonly isRestored?: boolean;
}

/** What came back from the journal. */
export interface Replay {
  readonly usages: number;
  /** The number of usages at most that are neither in the file nor in the journal. */
  readonly missing: number;
  /** What follows the last intact record of a file. */
  readonly unreadableBytes: number;
}

export const NO_REPLAY: Replay = { usages: 0, missing: 0, unreadableBytes: 0 };

/**
 * Stores the usages of the journal that the file lacks.
 * @throws DamagedStoreError when the journal does not continue the file
 */
export async function replayJournal(
  writer: DuckDbUsageWriter,
  { storeId, lastUsageId }: JournalPosition,
  options: ReplayOptions,
): Promise<Replay> {
  const { folder, isRestored = false } = options;
  let [usages, missing, unreadableBytes, lastId] = [0, 0, 0, lastUsageId];
  for await (const segment of readJournal(folder, lastUsageId)) {
    if (segment.storeId !== undefined && segment.storeId !== storeId) return await refuseOther(options);
    warnOfDamage(segment);
    unreadableBytes += segment.unreadableBytes;
    for (const record of segment.records) {
      const gap = Math.max(0, record.firstId - lastId - 1);
      if (gap > 0 && !isRestored) throw await incomplete(gap, options);
      const decoded = record.decode();
      await writer.replay(decoded);
      lastId = record.lastId;
      usages += decoded.usages.length;
      missing += gap;
    }
  }
  if (usages > 0) logger.warn(`recorded ${usages} usages from the journal, which the data file lacked`);
  return { usages, missing, unreadableBytes };
}

export async function removeJournal(dataDir: string): Promise<void> {
  await rm(journalFolder(dataDir), { recursive: true, force: true });
}

/** An incomplete record at the end is normal after a crash: it was not acknowledged. */
function warnOfDamage({ path, unreadableBytes }: SegmentContent): void {
  if (unreadableBytes === 0) return;
  logger.warn(`the journal has an incomplete or damaged record, and ${unreadableBytes} bytes of ${path} are ignored`);
}

async function incomplete(gap: number, options: StoreFolders): Promise<Error> {
  const damage = `The data file is older than the journal: it lacks up to ${gap} usages, and the journal begins later`;
  return await DamagedStoreError.describe(damage, options);
}

async function refuseOther(options: ReplayOptions): Promise<Replay> {
  const { folder, isRestored } = options;
  if (!isRestored)
    throw await DamagedStoreError.describe('The data file and the journal are of different stores', options);
  const path = `${journalFolder(folder)}.of-another-store`;
  await rm(path, { recursive: true, force: true });
  await rename(journalFolder(folder), path);
  logger.warn(`the journal is of another store than the backup, and was moved to ${path}`);
  return NO_REPLAY;
}
