import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Configuration } from '../../config/configuration.js';
import { createFolder } from '../../operations/create-folder.js';

const SECRET_BYTES = 32;

export function sessionSecretPath({ dataDir }: Configuration): string {
  return join(dataDir, 'osf8-session-secret');
}

/**
 * Reads the secret under which imported session ids are hashed; creates it for the first import. While it exists, importing
 * a usage again produces the same usage. An operator deletes it after the last import.
 */
export async function readSessionSecret(configuration: Configuration): Promise<Buffer> {
  const path = sessionSecretPath(configuration);
  await createFolder(configuration.dataDir);
  try {
    await writeFile(path, randomBytes(SECRET_BYTES), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return await readFile(path);
}
