import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Configuration } from '../config/configuration.js';

/** What a running service says of itself to programs of the same user on the same machine. */
export interface ServiceFile {
  readonly url: string;
  readonly adminKey: string;
  readonly pid: number;
}

/** Only its owner can read the file: whoever can, can do everything. */
export async function writeServiceFile(configuration: Configuration, service: ServiceFile): Promise<void> {
  // Nothing else needs the folder when the data is in a cluster.
  await mkdir(configuration.dataDir, { recursive: true });
  await rm(pathOf(configuration), { force: true });
  await writeFile(pathOf(configuration), JSON.stringify(service), { mode: 0o600 });
}

/** Undefined when no service runs on the data folder, as far as is known: one that was killed leaves its file behind. */
export async function readServiceFile(configuration: Configuration): Promise<ServiceFile | undefined> {
  try {
    return JSON.parse(await readFile(pathOf(configuration), 'utf8')) as ServiceFile;
  } catch {
    return undefined;
  }
}

export async function removeServiceFile(configuration: Configuration): Promise<void> {
  await rm(pathOf(configuration), { force: true });
}

function pathOf({ dataDir }: Configuration): string {
  return join(dataDir, 'service.json');
}
