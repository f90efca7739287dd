import { randomBytes } from 'node:crypto';
import { createHttpApp } from './bootstrap.js';
import type { Configuration } from './config/configuration.js';
import { ApiKeys } from './http/auth/api-keys.service.js';
import { removeServiceFile, writeServiceFile } from './operations/service-file.js';

export interface RunningService {
  /** Where it answers on this machine. */
  readonly url: string;
  /** A key for this process alone, which allows everything. */
  readonly adminKey: string;
  /** Answers what was asked before, and ends. */
  stop(): Promise<void>;
}

/** Starts the service, and leaves word in its data folder of where it is, so that the CLI finds it. */
export async function startService(configuration: Configuration): Promise<RunningService> {
  const app = await createHttpApp(configuration);
  const adminKey = randomBytes(32).toString('base64url');
  app.get(ApiKeys).add(adminKey, ['admin']);
  await app.listen({ host: configuration.host, port: configuration.port });
  const { port } = app.getHttpServer().address() as { port: number };
  const url = `http://${localHost(configuration.host)}:${port}`;
  await writeServiceFile(configuration, { url, adminKey, pid: process.pid });
  return {
    url,
    adminKey,
    async stop() {
      await removeServiceFile(configuration);
      await app.close();
    },
  };
}

/** An address for requests from this machine. */
function localHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
