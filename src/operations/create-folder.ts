import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Creates a folder and those that contain it, unless it exists. Unlike `mkdir` with `recursive`, which tries forever, it
 * rejects where folders cannot be created, such as below `/proc`.
 */
export async function createFolder(path: string, mode?: number): Promise<void> {
  const parent = dirname(resolve(path));
  if (!existsSync(parent)) await createFolder(parent, mode);
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
