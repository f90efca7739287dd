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
import { describeUsageSums } from '../usage-sums.contract.js';

const CLUSTERS_PER_BATCH = 50;
const ROLLED_UP_DAYS = 20;

/** Clusters usages in small clusters after each call, so that most usages are where otherwise only millions would be. */
class ClusteredRepository extends DuckDbRepository {
  override async recordUsages(usages: readonly NewUsage[]): Promise<RecordOutcome[]> {
    const outcomes = await super.recordUsages(usages);
    const clusterRows = Math.ceil(usages.length / CLUSTERS_PER_BATCH);
    for (let rows = 0; rows < usages.length; rows += clusterRows) await this.clusterUsages(clusterRows);
    return outcomes;
  }
}

/** Rolls up past days after each call, so that reads combine them with usages of changed days and of the current day. */
class RolledUpRepository extends DuckDbRepository {
  override async recordUsages(usages: readonly NewUsage[]): Promise<RecordOutcome[]> {
    const outcomes = await super.recordUsages(usages);
    await this.rollUpUsageDays({ quietMilliseconds: 0, maxDays: ROLLED_UP_DAYS });
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
describeRepository('embedded, clustered', () => open(ClusteredRepository));
describeRepository('embedded, rolled up', () => open(RolledUpRepository));
describeMonthlyUsage('embedded: monthly usage', () => open(DuckDbRepository));
describeMonthlyUsage('embedded, clustered: monthly usage', () => open(ClusteredRepository));
describeMonthlyUsage('embedded, rolled up: monthly usage', () => open(RolledUpRepository));
describeUsageSums('embedded: sums of usage', () => open(DuckDbRepository));
describeUsageSums('embedded, clustered: sums of usage', () => open(ClusteredRepository));
describeUsageSums('embedded, rolled up: sums of usage', () => open(RolledUpRepository));
