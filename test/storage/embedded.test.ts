import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { readConfiguration } from '../../src/config/read-configuration.js';
import { ALL_REPORTS } from '../../src/reports/report-types.js';
import { DuckDbRepository } from '../../src/storage/duckdb/duckdb.repository.js';
import type { NewUsage, RecordOutcome } from '../../src/storage/metrics.repository.js';
import { StoreMetrics } from '../../src/storage/store-metrics.js';
import { describeMonthlyUsage } from '../monthly-usage.contract.js';
import { ContractReport, describeRepository, type OpenRepository } from '../repository.contract.js';
import { TestClock } from '../support/test-app.js';

const RUNS_PER_BATCH = 50;

/** Sorts usages as soon as there are two, so that nearly all are where only very many would be. */
class SettledRepository extends DuckDbRepository {
  override async recordUsages(usages: readonly NewUsage[]): Promise<RecordOutcome[]> {
    const outcomes = await super.recordUsages(usages);
    const runRows = Math.ceil(usages.length / RUNS_PER_BATCH);
    for (let settled = 0; settled < usages.length; settled += runRows) await this.settle(runRows);
    return outcomes;
  }
}

async function open(Repository: typeof DuckDbRepository): Promise<OpenRepository> {
  const dataDir = await mkdtemp(join(tmpdir(), 'osf-metrics-'));
  const clock = new TestClock(new Date('2026-11-24T12:00:00Z'));
  const start = async (): Promise<DuckDbRepository> => {
    const repository = new Repository(
      readConfiguration({ DATA_DIR: dataDir }),
      clock,
      new StoreMetrics(new Registry()),
      [...ALL_REPORTS, ContractReport],
    );
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
}

describeRepository('embedded', () => open(DuckDbRepository));
describeRepository('embedded, settled', () => open(SettledRepository));
describeMonthlyUsage('embedded: monthly usage', () => open(DuckDbRepository));
describeMonthlyUsage('embedded, settled: monthly usage', () => open(SettledRepository));
