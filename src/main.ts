import 'reflect-metadata';
import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describeStore } from './config/describe-store.js';
import { ConfigurationError, readConfiguration } from './config/read-configuration.js';
import { describeUnknownSettings } from './config/unknown-settings.js';
import { VERSION } from './config/version.js';
import { DOCS_PATH } from './http/open-api/open-api.js';
import { createLogger } from './operations/logger.js';
import { createPrivateFiles } from './operations/private-files.js';
import { startService } from './start-service.js';

/** Starts the service, or prints each reason why it cannot start. */
async function main(): Promise<void> {
  createPrivateFiles();
  const hasFile = existsSync('.env');
  if (hasFile) process.loadEnvFile('.env');
  const configuration = readConfiguration(process.env);
  const service = await startService(configuration);
  // At any log level.
  const logger = createLogger('info');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      logger.info(`osf-metrics stops: received ${signal}`);
      void service.stop().then(() => process.exit(0));
    });
  }
  const file = hasFile ? parseEnv(readFileSync('.env', 'utf8')) : {};
  for (const message of describeUnknownSettings(process.env, file)) logger.warn(message);
  const store = describeStore(configuration);
  logger.info(`osf-metrics ${VERSION} is ready at ${service.url}/${DOCS_PATH}, storing in ${store}`);
}

/** The message and the first line of its cause. */
function describe({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message.split('\n')[0]}` : message;
}

main().catch((error: unknown) => {
  const problems = error instanceof ConfigurationError ? error.problems : [describe(error as Error)];
  for (const problem of problems) console.error(`osf-metrics cannot start: ${problem}`);
  process.exit(1);
});
