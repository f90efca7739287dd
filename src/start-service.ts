import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpApp } from './bootstrap.js';
import type { Configuration } from './config/configuration.js';
import { ConfigurationError } from './config/read-configuration.js';
import { ApiKeys } from './http/auth/api-keys.service.js';
import { DOCS_PATH } from './http/open-api/open-api.js';
import { createFolder } from './operations/create-folder.js';
import { restrictFolder } from './operations/private-files.js';
import { removeServiceFile, type ServiceFile, writeServiceFile } from './operations/service-file.js';

/** Connections that wait to be accepted. Others would be retried after a second or more. */
const CONNECTION_BACKLOG = 4_096;
const SERVICE_FILE_RETRY_MILLISECONDS = 5_000;

export interface RunningService {
  /** Its URL for clients on this machine. */
  readonly url: string;
  /** The URL of the API documentation on this machine. */
  readonly docsUrl: string;
  /** An API key with the scope `admin`, valid for this process. */
  readonly adminKey: string;
  /** Completes pending requests and stops. */
  stop(): Promise<void>;
}

/** Starts the service, and writes `service.json` into the data folder so that the CLI finds the service. */
export async function startService(configuration: Configuration): Promise<RunningService> {
  if (!configuration.usesElasticsearch) await createDataFolder(configuration);
  await restrictFolder(configuration.dataDir);
  const app = await createHttpApp(configuration);
  const adminKey = randomBytes(32).toString('base64url');
  app.get(ApiKeys).add('local', adminKey, ['admin']);
  await listen(app, configuration);
  const { port } = app.getHttpServer().address() as { port: number };
  const urlOf = (each: number): string => `http://${localHost(configuration.host)}:${each}`;
  const url = urlOf(port);
  const stopped = new AbortController();
  const service = { url, adminKey, pid: process.pid };
  if (!(await tryToWrite(configuration, service))) void keepTryingToWrite(configuration, service, stopped.signal);
  return {
    url,
    docsUrl: `${urlOf(configuration.operationsPort || port)}/${DOCS_PATH}`,
    adminKey,
    async stop() {
      stopped.abort();
      await removeServiceFile(configuration);
      await app.close();
    },
  };
}

async function createDataFolder({ dataDir }: Configuration): Promise<void> {
  try {
    await createFolder(dataDir);
  } catch (error) {
    throw new ConfigurationError([`DATA_DIR=${dataDir}: cannot be created: ${(error as Error).message}`]);
  }
}

async function listen(app: NestFastifyApplication, { host, port }: Configuration): Promise<void> {
  try {
    await app.listen({ host, port, backlog: CONNECTION_BACKLOG });
  } catch (error) {
    throw new Error(`cannot listen on HOST=${host}, PORT=${port}`, { cause: error });
  }
}

/** Returns false on a full disk, which does not keep the service from starting. */
async function tryToWrite(configuration: Configuration, service: ServiceFile): Promise<boolean> {
  try {
    await writeServiceFile(configuration, service);
    return true;
  } catch (error) {
    new Logger('ServiceFile').warn(`commands cannot find this service yet: ${(error as Error).message}`);
    return false;
  }
}

async function keepTryingToWrite(
  configuration: Configuration,
  service: ServiceFile,
  signal: AbortSignal,
): Promise<void> {
  do await delay(SERVICE_FILE_RETRY_MILLISECONDS, undefined, { ref: false });
  while (!signal.aborted && !(await tryToWrite(configuration, service)));
}

/** The host in URLs for clients on this machine. */
function localHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
