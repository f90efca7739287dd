import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dataFilePath } from './data-file.js';

/** What a file looks like from outside. */
interface Appearance {
  readonly bytes: number;
  readonly modifiedAt: number;
}

const notePath = (dataDir: string): string => `${dataFilePath(dataDir)}.closed`;

/** Notes that the data file was closed properly. */
export async function noteCleanClose(dataDir: string): Promise<void> {
  await writeFile(notePath(dataDir), JSON.stringify(await look(dataDir)), { mode: 0o600 });
}

/**
 * Whether the data file is as the service closed it. Otherwise, the service was killed, or something else wrote to the file.
 * Removes the note, because the file is about to change.
 */
export async function takeCleanClose(dataDir: string): Promise<boolean> {
  const note = await readFile(notePath(dataDir), 'utf8').catch(() => undefined);
  await rm(notePath(dataDir), { force: true });
  return note !== undefined && note === JSON.stringify(await look(dataDir));
}

async function look(dataDir: string): Promise<Appearance> {
  const { size, mtimeMs } = await stat(dataFilePath(dataDir));
  return { bytes: size, modifiedAt: mtimeMs };
}
