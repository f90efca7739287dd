import { Logger } from '@nestjs/common';
import { ElasticsearchService } from '@nestjs/elasticsearch';
import { Registry } from 'prom-client';
import { readConfiguration } from '../../src/config/read-configuration.js';
import { ALL_REPORTS } from '../../src/reports/report-types.js';
import { clientOptions } from '../../src/storage/elasticsearch/client/client-options.js';
import { ElasticsearchRepository } from '../../src/storage/elasticsearch/elasticsearch.repository.js';
import { Lease } from '../../src/storage/lease.js';
import { StoreMetrics } from '../../src/storage/store-metrics.js';
import { Clock } from '../../src/time/clock.js';
import { toRecord } from '../support/builders.js';
import { collect } from '../support/collect.js';
import { describeWithElasticsearch, TestIndexes } from '../support/elasticsearch.js';

/** The clock of a machine that is set wrong. */
class WrongClock extends Clock {
  constructor(private readonly aheadSeconds: number) {
    super();
  }

  override machineTime(): Date {
    return new Date(Date.now() + this.aheadSeconds * 1000);
  }
}

describeWithElasticsearch('instances whose clocks differ by minutes', () => {
  const indexes = TestIndexes.onOneNode();
  const clocks = [new WrongClock(-150), new WrongClock(0), new WrongClock(150)];
  let warn: jest.SpiedFunction<Logger['warn']>;
  let instances: ElasticsearchRepository[];

  beforeAll(async () => {
    warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    const configuration = readConfiguration(indexes.environment);
    instances = clocks.map((clock) => {
      const client = new ElasticsearchService(clientOptions(configuration));
      return new ElasticsearchRepository(configuration, clock, new StoreMetrics(new Registry()), client, ALL_REPORTS);
    });
    for (const instance of instances) await instance.onModuleInit();
  });
  afterAll(async () => {
    for (const instance of instances) await instance.onApplicationShutdown();
    await indexes.remove();
    jest.restoreAllMocks();
  });

  it('use the clock of the cluster, and warn', () => {
    const times = clocks.map((clock) => clock.now().getTime());
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(2_000);
    const all = warn.mock.calls.map(([message]) => String(message));
    const warnings = all.filter((message) => message.startsWith('the clock'));
    expect(warnings).toEqual([
      expect.stringMatching(/^the clock of this machine is 1(49|50)[.\d]* s behind the cluster's/),
      expect.stringMatching(/^the clock of this machine is 1(49|50)[.\d]* s ahead of the cluster's/),
    ]);
  });

  it('do not take each others leases', async () => {
    const [behind, , ahead] = instances as [ElasticsearchRepository, ElasticsearchRepository, ElasticsearchRepository];
    const lease = await Lease.acquire(behind, clocks[0] as Clock, 'reporter');
    expect(await Lease.acquire(ahead, clocks[2] as Clock, 'reporter')).toBeUndefined();
    await lease?.renew();
    await lease?.release();
  });

  it('count a double click once', async () => {
    for (const [index, instance] of instances.entries()) {
      const timestamp = (clocks[index] as Clock).now();
      const usage = toRecord({ item: 'abc12', at: timestamp.toISOString(), session: 'a' });
      await instance.recordUsages([usage]);
    }
    await indexes.refresh();
    expect(await collect((instances[0] as ElasticsearchRepository).streamUsages({}))).toHaveLength(1);
  });
});
