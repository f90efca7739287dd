import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { StoreUnavailableError } from '../../metrics.repository.js';
import { journalFolder, listSegments, segmentName } from './journal-folder.js';
import { createSegment, encodeRecord, type JournalRecord } from './journal-segment.js';

/** A new segment begins when the current one has so many bytes. */
const SEGMENT_BYTES = 16 * 2 ** 20;
const OWNER_ONLY = 0o700;

interface Segment {
  readonly file: FileHandle;
  /** Where the next record begins. */
  length: number;
}

/** A record that is being appended. */
export interface PendingRecord {
  /** Resolves when the record has its space on the disk. @throws StoreUnavailableError */
  readonly written: Promise<unknown>;
  /** Resolves when the record is durable. If it cannot be made so, that is logged: the data file has the usages. */
  readonly synced: Promise<void>;
}

/**
 * What was recorded, a second time: usages are appended to files of their own, so that they can be stored again if the data
 * file or its log is damaged. Calls do not overlap, except that of `append` with the promises that it returns.
 */
export class Journal {
  private readonly logger = new Logger(Journal.name);
  private segment: Segment | undefined;
  private lastLength = 0;

  /** @param storeId the store whose usages these are */
  constructor(
    private readonly dataDir: string,
    private readonly storeId: string,
  ) {}

  append(record: JournalRecord): PendingRecord {
    const written = this.write(record);
    return { written, synced: written.then((segment) => this.sync(segment, record)).catch(() => undefined) };
  }

  /** Removes the record that was appended last: it was not stored. */
  async discard(): Promise<void> {
    const { segment } = this;
    if (!segment) return;
    segment.length = this.lastLength;
    try {
      await segment.file.truncate(segment.length);
      await segment.file.datasync();
    } catch (error) {
      // The next record overwrites it.
      this.logger.error(`cannot remove a record of the journal that was not stored: ${(error as Error).message}`);
    }
  }

  /** Lets the next record begin a new segment. */
  async endSegment(): Promise<void> {
    const { segment } = this;
    this.segment = undefined;
    await segment?.file.close();
  }

  /** Removes the segments whose usages all have an id up to the given one. */
  async removeUpTo(usageId: number): Promise<void> {
    await this.endSegment();
    const segments = await listSegments(this.dataDir);
    for (const [index, { path }] of segments.entries()) {
      const next = segments[index + 1];
      if (next && next.firstId <= usageId + 1) await rm(path, { force: true });
    }
  }

  private async write(record: JournalRecord): Promise<Segment> {
    try {
      if (this.segment && this.segment.length >= SEGMENT_BYTES) await this.endSegment();
      this.segment ??= await this.begin(record.firstId);
      const { segment } = this;
      this.lastLength = segment.length;
      const bytes = encodeRecord(record);
      for (let written = 0; written < bytes.length;) {
        const position = segment.length + written;
        written += (await segment.file.write(bytes, written, bytes.length - written, position)).bytesWritten;
      }
      segment.length += bytes.length;
      return segment;
    } catch (error) {
      throw new StoreUnavailableError(`the journal cannot be written: ${(error as Error).message}`, { cause: error });
    }
  }

  private async sync({ file }: Segment, { firstId }: JournalRecord): Promise<void> {
    try {
      await file.datasync();
    } catch (error) {
      const message = (error as Error).message;
      this.logger.error(
        `usages from ${firstId} on may be only in the data file, because the journal failed: ${message}`,
      );
      if (this.segment?.file === file) await this.endSegment();
    }
  }

  private async begin(firstId: number): Promise<Segment> {
    const folder = journalFolder(this.dataDir);
    await mkdir(folder, { recursive: true, mode: OWNER_ONLY });
    const segment = await createSegment(join(folder, segmentName(firstId)), this.storeId);
    const handle = await open(folder);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    return segment;
  }
}
