import { readdirSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readSegment, type SegmentContent } from './journal-segment.js';

const NAME = /^(\d{16})\.journal$/;

/** A file of the journal. */
export interface SegmentFile {
  readonly path: string;
  /** The id of its first usage. */
  readonly firstId: number;
}

export function journalFolder(dataDir: string): string {
  return join(dataDir, 'journal');
}

export function segmentName(firstId: number): string {
  return `${String(firstId).padStart(16, '0')}.journal`;
}

/** Whether the folder has a journal. */
export function hasJournal(dataDir: string): boolean {
  try {
    return readdirSync(journalFolder(dataDir)).some((name) => NAME.test(name));
  } catch {
    return false;
  }
}

/** Whether the journal has every usage of its store. */
export async function isJournalComplete(dataDir: string): Promise<boolean> {
  return (await listSegments(dataDir))[0]?.firstId === 1;
}

/** All segments, in the order of their usages. */
export async function listSegments(dataDir: string): Promise<SegmentFile[]> {
  const names = await readdir(journalFolder(dataDir)).catch(() => []);
  return names
    .sort()
    .flatMap((name) =>
      NAME.test(name) ? [{ path: join(journalFolder(dataDir), name), firstId: Number.parseInt(name, 10) }] : [],
    );
}

/** Reads the segments that may have usages after the given one, with the records that do. */
export async function* readJournal(dataDir: string, afterId = 0): AsyncGenerator<SegmentContent> {
  const segments = await listSegments(dataDir);
  for (const [index, { path }] of segments.entries()) {
    const next = segments[index + 1];
    if (next && next.firstId <= afterId + 1) continue;
    const content = await readSegment(path);
    yield { ...content, records: content.records.filter(({ lastId }) => lastId > afterId) };
  }
}

/** When the journal was written last; undefined without a journal. */
export async function journalTime(dataDir: string): Promise<Date | undefined> {
  const last = (await listSegments(dataDir)).at(-1);
  return last && (await stat(last.path)).mtime;
}
