import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Configuration } from '../config/configuration.js';
import { describeStore } from '../config/describe-store.js';
import { readConfiguration } from '../config/read-configuration.js';
import { readServiceFile, type ServiceFile } from '../operations/service-file.js';
import { hasData } from '../storage/duckdb/data-file.js';
import { giveToOwner } from './give-to-owner.js';
import { CommandError, MisuseError, ServiceClient } from './service-client.js';

/** The service that a command is for. Without a URL, it is the one on the data folder of the configuration. */
export interface ServiceOptions {
  readonly url?: string;
  readonly key?: string;
}

interface ServiceConnection {
  readonly client: ServiceClient;
  /** Stops the service if the command has started it. */
  close(): Promise<void>;
}

type Work<T> = (client: ServiceClient) => Promise<T>;

/** Exit code of a process that SIGINT ends. */
export const INTERRUPTED = 130;

/**
 * Does work with the service at the given URL, or with the service that runs on the data folder. If none runs there, starts
 * one without schedules until the work is done. Prints which service or store it uses.
 * @throws CommandError when there is no service and no data; `withNewService` starts with an empty store
 */
export async function withService<T>(options: ServiceOptions, work: Work<T>): Promise<T> {
  return await withConnection(await connect(options, requireData), work);
}

/**
 * As `withService`, for commands that may write the first data of a store.
 * @param check throws if the command is wrong. It runs on a temporary store before a store is created, so that a wrong command
 *   creates nothing
 */
export async function withNewService<T>(options: ServiceOptions, work: Work<T>, check?: Work<unknown>): Promise<T> {
  const checkStore = check && ((configuration: Configuration) => checkBeforeCreation(configuration, check));
  return await withConnection(await connect(options, checkStore), work);
}

async function withConnection<T>(service: ServiceConnection, work: Work<T>): Promise<T> {
  const interrupt = (): void => void service.close().then(() => process.exit(INTERRUPTED));
  process.once('SIGINT', interrupt);
  try {
    return await work(service.client);
  } finally {
    process.off('SIGINT', interrupt);
    await service.close();
  }
}

async function connect(
  { url, key }: ServiceOptions,
  checkStore?: (configuration: Configuration) => Promise<void> | void,
): Promise<ServiceConnection> {
  if (url !== undefined) {
    if (key === undefined) throw new MisuseError('--url requires --key (or OSF_METRICS_KEY)');
    return connectTo(url, key);
  }
  const configuration = readConfiguration(process.env);
  const running = await findRunningService(configuration);
  if (running) return connectTo(running.url, running.adminKey);
  await checkStore?.(configuration);
  console.error(`using ${describeStore(configuration)}; no service is running`);
  return await startTemporaryService(configuration);
}

/** An empty store would answer every question with nothing, and hide that the folder is the wrong one. */
function requireData({ usesElasticsearch, dataDir }: Configuration): void {
  if (usesElasticsearch || hasData(dataDir)) return;
  throw new CommandError(`no service is running, and ${resolve(dataDir)} has no data: set DATA_DIR, or use --url`);
}

async function checkBeforeCreation({ usesElasticsearch, dataDir }: Configuration, check: Work<unknown>): Promise<void> {
  if (usesElasticsearch || hasData(dataDir)) return;
  const folder = await mkdtemp(join(tmpdir(), 'osf-metrics-check-'));
  try {
    const configuration = readConfiguration({ ...process.env, DATA_DIR: folder, BACKUP_DIR: 'none' });
    await withConnection(await startTemporaryService(configuration), check);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function connectTo(url: string, key: string): ServiceConnection {
  console.error(`using the service at ${url}`);
  return { client: new ServiceClient(url, key), close: () => Promise.resolve() };
}

async function startTemporaryService(configuration: Configuration): Promise<ServiceConnection> {
  // Loaded only here, so that commands that do not start a service start fast.
  const { startService } = await import('../start-service.js');
  const overrides = { host: '127.0.0.1', port: 0, reportersEnabled: false, logLevel: 'silent' };
  try {
    const service = await startService(Object.assign(configuration, overrides));
    const close = async (): Promise<void> => {
      await service.stop();
      await giveToOwner(configuration.dataDir);
    };
    return { client: new ServiceClient(service.url, service.adminKey), close };
  } catch (error) {
    throw new CommandError(`no service is running, and none can be started: ${(error as Error).message}`);
  }
}

/** The service that runs on the data folder. */
export async function findRunningService(configuration: Configuration): Promise<ServiceFile | undefined> {
  const service = await readServiceFile(configuration);
  return service && (await isAlive(service)) ? service : undefined;
}

async function isAlive({ url }: ServiceFile): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/live`)).ok;
  } catch {
    return false;
  }
}
