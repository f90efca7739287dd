import { closeSync, fstatSync, openSync, readSync, truncateSync, writeSync } from 'node:fs';

/** The unit in which disks and memory lose data. */
export const PAGE_BYTES = 4_096;

/** Overwrites a part of a file. A negative position counts from the end. */
export function overwrite(path: string, position: number, bytes: Buffer): void {
  const file = openSync(path, 'r+');
  const start = position < 0 ? Math.max(0, fstatSync(file).size + position) : position;
  writeSync(file, bytes, 0, bytes.length, start);
  closeSync(file);
}

/** Replaces a page by zeros or other bytes. A negative number counts from the end. */
export function tearPage(path: string, page: number, fill = 0): void {
  overwrite(path, page * PAGE_BYTES, Buffer.alloc(PAGE_BYTES, fill));
}

export function flipBit(path: string, position: number): void {
  const file = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, position);
  byte[0] = (byte[0] ?? 0) ^ 4;
  writeSync(file, byte, 0, 1, position);
  closeSync(file);
}

/** Cuts or extends a file with zeros. */
export function resize(path: string, bytes: number): void {
  truncateSync(path, bytes);
}
