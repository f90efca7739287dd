import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Configuration } from '../../config/configuration.js';

const SECRET_BYTES = 32;

export function sessionSecretPath({ dataDir }: Configuration): string {
  return join(dataDir, 'osf8-session-secret');
}

/**
 * The secret of an import, made when there is none. It stays until somebody deletes it: as long as it is there, importing
 * a usage again makes the same usage.
 */
export async function sessionSecret(configuration: Configuration): Promise<Buffer> {
  const path = sessionSecretPath(configuration);
  await mkdir(configuration.dataDir, { recursive: true });
  try {
    await writeFile(path, randomBytes(SECRET_BYTES), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return await readFile(path);
}
