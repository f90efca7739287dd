import 'reflect-metadata';
import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describeStore } from './config/describe-store.js';
import { ConfigurationError, readConfiguration } from './config/read-configuration.js';
import { describeUnknownSettings } from './config/unknown-settings.js';
import { VERSION } from './config/version.js';
import { describeError } from './model/errors.js';
import { createLogger } from './operations/logger.js';
import { createPrivateFiles } from './operations/private-files.js';
import { type RunningService, startService } from './start-service.js';

const NAME = `osf-metrics ${VERSION}`;
const FAILED = 1;

// At any log level.
const logger = createLogger('info');
let service: RunningService | undefined;

/** Starts the service, or prints each reason why it cannot start. */
async function main(): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void endOn(signal));
  createPrivateFiles();
  const hasFile = existsSync('.env');
  if (hasFile) process.loadEnvFile('.env');
  const configuration = readConfiguration(process.env);
  service = await startService(configuration);
  process.once('uncaughtException', endOnError);
  const file = hasFile ? parseEnv(readFileSync('.env', 'utf8')) : {};
  for (const message of describeUnknownSettings(process.env, file)) logger.warn(message);
  const store = describeStore(configuration);
  logger.info(
    `${NAME} is ready at ${service.url}/, listening on HOST=${configuration.host}, documented at ${service.docsUrl}, ` +
      `storing in ${store}`,
  );
}

async function endOn(signal: NodeJS.Signals): Promise<void> {
  if (!service) {
    logger.info(`${NAME} ends before it is ready: received ${signal}`);
    // The handler is removed, so the signal ends the process.
    process.kill(process.pid, signal);
    return;
  }
  logger.info(`${NAME} stops: received ${signal}`);
  await service.stop();
  logger.info(`${NAME} has stopped`);
  process.exit(0);
}

/** The state is unknown after an error that nothing caught, so the process ends as if it was killed. */
function endOnError(error: Error): void {
  logger.fatal({ stack: error.stack }, `${NAME} ends: ${describeError(error)}`);
  process.exit(FAILED);
}

main().catch((error: unknown) => {
  const problems = error instanceof ConfigurationError ? error.problems : [describeError(error)];
  for (const problem of problems) console.error(`${NAME} cannot start: ${problem}`);
  process.exit(FAILED);
});
