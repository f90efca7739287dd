import type { Configuration } from '../config/configuration.js';
import { readConfiguration } from '../config/read-configuration.js';
import { readServiceFile, type ServiceFile } from '../operations/service-file.js';
import type { RunningService } from '../start-service.js';
import { CommandError, MisuseError, ServiceClient } from './service-client.js';

/** Which service a command is for; without a URL, the one whose data folder the configuration names. */
export interface ServiceOptions {
  readonly url?: string;
  readonly key?: string;
}

/** A service that a command speaks to, until it is released. */
interface HeldService {
  readonly client: ServiceClient;
  release(): Promise<void>;
}

const INTERRUPTED = 130;

/**
 * Does something with a service: the one at the given URL, or the one that runs on the data folder. When none runs there,
 * one is started for as long as it takes, without schedules.
 */
export async function withService<T>(options: ServiceOptions, work: (client: ServiceClient) => Promise<T>): Promise<T> {
  const service = await holdService(options);
  const interrupt = (): void => void service.release().then(() => process.exit(INTERRUPTED));
  process.once('SIGINT', interrupt);
  try {
    return await work(service.client);
  } finally {
    process.off('SIGINT', interrupt);
    await service.release();
  }
}

async function holdService({ url, key }: ServiceOptions): Promise<HeldService> {
  if (url !== undefined) {
    if (key === undefined) throw new MisuseError('--url needs --key (or OSF_METRICS_KEY)');
    return holdOther(url, key);
  }
  const configuration = readConfiguration(process.env);
  const running = await readServiceFile(configuration);
  if (running && (await isAlive(running))) return holdOther(running.url, running.adminKey);
  const own = await startQuietly(configuration);
  return { client: new ServiceClient(own.url, own.adminKey), release: () => own.stop() };
}

function holdOther(url: string, key: string): HeldService {
  return { client: new ServiceClient(url, key), release: () => Promise.resolve() };
}

async function startQuietly(configuration: Configuration): Promise<RunningService> {
  // A command that needs no service of its own does not wait until all of the service is loaded.
  const { startService } = await import('../start-service.js');
  const quiet = { host: '127.0.0.1', port: 0, reportersEnabled: false, logLevel: 'silent' };
  try {
    return await startService(Object.assign(configuration, quiet));
  } catch (error) {
    throw new CommandError(`no service runs, and none can be started: ${(error as Error).message}`);
  }
}

async function isAlive({ url }: ServiceFile): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/live`)).ok;
  } catch {
    return false;
  }
}
