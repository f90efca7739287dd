import { type FileHandle, open, readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { toRecord } from '../../../fields/to-record.js';
import { CountedAuthUsage } from '../../../model/counted-auth-usage.js';
import type { NewUsage } from '../../metrics.repository.js';

/** Begins a segment. The id of the store follows, and a line feed. */
const TITLE = 'osf-metrics journal 1 ';
/** Four bytes each for the length, the checksum and the number of usages; eight for the first id. */
const RECORD_HEAD_BYTES = 20;
const CHECKSUM_END = 8;

/** Usages that were recorded together. The id of each usage in the store is one more than that of the usage before. */
export interface JournalRecord {
  readonly firstId: number;
  readonly usages: readonly NewUsage[];
}

/** A record whose usages are read only if they are needed. */
export interface EncodedRecord {
  readonly firstId: number;
  readonly lastId: number;
  decode(): JournalRecord;
}

/** What can be read of a segment. */
export interface SegmentContent {
  readonly path: string;
  /** Undefined when the beginning is damaged. */
  readonly storeId: string | undefined;
  readonly records: readonly EncodedRecord[];
  /** The number of bytes behind the last intact record. A process that is killed can leave an incomplete record. */
  readonly unreadableBytes: number;
}

export function encodeRecord({ firstId, usages }: JournalRecord): Buffer {
  const text = JSON.stringify(usages);
  const record = Buffer.allocUnsafe(RECORD_HEAD_BYTES + Buffer.byteLength(text));
  record.write(text, RECORD_HEAD_BYTES);
  record.writeUInt32LE(record.length, 0);
  record.writeBigUInt64LE(BigInt(firstId), 8);
  record.writeUInt32LE(usages.length, 16);
  record.writeUInt32LE(crc32(record.subarray(CHECKSUM_END)), 4);
  return record;
}

/** Creates an empty segment. It is durable when the folder is synced. */
export async function createSegment(path: string, storeId: string): Promise<{ file: FileHandle; length: number }> {
  const file = await open(path, 'w', 0o600);
  const title = Buffer.from(`${TITLE}${storeId}\n`);
  try {
    await file.write(title, 0, title.length, 0);
  } catch (error) {
    await file.close();
    throw error;
  }
  return { file, length: title.length };
}

/** Reads a segment up to the first damaged record. */
export async function readSegment(path: string): Promise<SegmentContent> {
  const bytes = await readFile(path);
  const titleEnd = bytes.indexOf('\n');
  const title = bytes.subarray(0, Math.max(titleEnd, 0)).toString('latin1');
  const storeId = title.startsWith(TITLE) ? title.slice(TITLE.length) : undefined;
  const records: EncodedRecord[] = [];
  let position = storeId === undefined ? 0 : titleEnd + 1;
  let record = storeId === undefined ? undefined : intactRecordAt(bytes, position);
  while (record) {
    records.push(toEncoded(record));
    position += record.length;
    record = intactRecordAt(bytes, position);
  }
  return { path, storeId, records, unreadableBytes: bytes.length - position };
}

function intactRecordAt(bytes: Buffer, position: number): Buffer | undefined {
  if (position + RECORD_HEAD_BYTES > bytes.length) return undefined;
  const length = bytes.readUInt32LE(position);
  if (length < RECORD_HEAD_BYTES || position + length > bytes.length) return undefined;
  const record = bytes.subarray(position, position + length);
  return crc32(record.subarray(CHECKSUM_END)) === record.readUInt32LE(4) ? record : undefined;
}

function toEncoded(record: Buffer): EncodedRecord {
  const firstId = Number(record.readBigUInt64LE(8));
  return {
    firstId,
    lastId: firstId + record.readUInt32LE(16) - 1,
    decode: () => ({ firstId, usages: parseUsages(record.subarray(RECORD_HEAD_BYTES).toString()) }),
  };
}

function parseUsages(text: string): NewUsage[] {
  return (JSON.parse(text) as NewUsage[]).map(({ usage, adjacentSessions }) => ({
    usage: toRecord(CountedAuthUsage, usage),
    adjacentSessions: adjacentSessions.map((session) => ({ ...session, instant: new Date(session.instant) })),
  }));
}
