import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Configuration } from '../config/configuration.js';
import { createFolder } from './create-folder.js';

/** How commands of the same user on the same machine reach the running service. */
export interface ServiceFile {
  readonly url: string;
  readonly adminKey: string;
  readonly pid: number;
}

/** Writes the file so that only its owner can read it, because it contains an admin key. */
export async function writeServiceFile(configuration: Configuration, service: ServiceFile): Promise<void> {
  // With Elasticsearch, nothing else creates the folder.
  await createFolder(configuration.dataDir);
  await rm(pathOf(configuration), { force: true });
  await writeFile(pathOf(configuration), JSON.stringify(service), { mode: 0o600 });
}

/** Undefined when no service runs on the data folder. A service that was killed leaves an outdated file. */
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
