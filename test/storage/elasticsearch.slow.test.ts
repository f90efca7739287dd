import { ElasticsearchService } from '@nestjs/elasticsearch';
import { Registry } from 'prom-client';
import { readConfiguration } from '../../src/config/read-configuration.js';
import { ALL_REPORTS } from '../../src/reports/report-types.js';
import { clientOptions } from '../../src/storage/elasticsearch/client/client-options.js';
import { ElasticsearchRepository } from '../../src/storage/elasticsearch/elasticsearch.repository.js';
import { StoreMetrics } from '../../src/storage/store-metrics.js';
import { describeMonthlyUsage } from '../monthly-usage.contract.js';
import { ContractReport, describeRepository, type OpenRepository } from '../repository.contract.js';
import { elasticsearchUrl, TestIndexes } from '../support/elasticsearch.js';
import { TestClock } from '../support/test-app.js';
import { describeUsageSums } from '../usage-sums.contract.js';

const indexes = TestIndexes.onOneNode();
afterAll(() => indexes.remove());

async function open(): Promise<OpenRepository> {
  const configuration = readConfiguration(indexes.environment);
  const start = async (): Promise<ElasticsearchRepository> => {
    const client = new ElasticsearchService(clientOptions(configuration));
    const clock = new TestClock(new Date('2026-11-24T12:00:00Z'));
    const repository = new ElasticsearchRepository(configuration, clock, new StoreMetrics(new Registry()), client, [
      ...ALL_REPORTS,
      ContractReport,
    ]);
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
      await indexes.clear();
    },
  };
}

const describeStore = elasticsearchUrl === undefined ? describe.skip : describe;
describeRepository('Elasticsearch', open, describeStore);
describeMonthlyUsage('Elasticsearch: monthly usage', open, describeStore);
describeUsageSums('Elasticsearch: sums of usage', open, describeStore);
