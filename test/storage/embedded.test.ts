import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfiguration } from '../../src/config/read-configuration.js';
import { EmbeddedRepository } from '../../src/storage/embedded/embedded-repository.js';
import { describeRepository } from '../repository.contract.js';
import { TestClock } from '../support/test-app.js';

describeRepository('embedded', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'osf-metrics-'));
  const clock = new TestClock(new Date('2026-11-24T12:00:00Z'));
  const start = async (): Promise<EmbeddedRepository> => {
    const repository = new EmbeddedRepository(readConfiguration({ DATA_DIR: dataDir }), clock);
    await repository.onModuleInit();
    return repository;
  };
  let repository = await start();
  return {
    repository,
    async reopen() {
      await repository.onApplicationShutdown();
      repository = await start();
      return repository;
    },
    async close() {
      await repository.onApplicationShutdown();
      await rm(dataDir, { recursive: true });
    },
  };
});
