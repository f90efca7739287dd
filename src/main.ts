import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { ConfigurationError, readConfiguration } from './config/read-configuration.js';
import { DOCS_PATH } from './http/open-api/open-api.js';
import { createLogger } from './operations/logger.js';
import { startService } from './start-service.js';

/** Starts the service, or prints each reason why it cannot start. */
async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const service = await startService(readConfiguration(process.env));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void service.stop().then(() => process.exit(0)));
  }
  // At any log level.
  createLogger('info').info(`osf-metrics is ready at ${service.url}/${DOCS_PATH}`);
}

main().catch((error: unknown) => {
  const problems = error instanceof ConfigurationError ? error.problems : [String((error as Error).message)];
  for (const problem of problems) console.error(`osf-metrics cannot start: ${problem}`);
  process.exit(1);
});
