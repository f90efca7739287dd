import { randomBytes } from 'node:crypto';
import { ElasticsearchService } from '@nestjs/elasticsearch';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { readConfiguration } from '../../src/config/read-configuration.js';
import { clientOptions } from '../../src/storage/elasticsearch/client-options.js';
import { ElasticsearchRepository } from '../../src/storage/elasticsearch/elasticsearch-repository.js';
import type { UsageToRecord } from '../../src/storage/metrics-repository.js';
import { StoreMetrics } from '../../src/storage/store-metrics.js';
import { CalendarDate } from '../../src/time/calendar-date.js';
import { DOUBLE_CLICK_MILLISECONDS } from '../../src/usage-events/double-click.js';
import { neighbouringHours } from '../../src/usage-events/session-hour.js';
import { toRecord } from '../support/builders.js';
import { collect } from '../support/collect.js';
import { describeWithElasticsearch, TestIndexes } from '../support/elasticsearch.js';
import { TestClock } from '../support/test-app.js';

const INSTANCES = 3;
/** Two minutes before the hour, at the turn of a month: the usages of one visitor are in two indexes. */
const NOW = new Date('2026-11-24T12:00:00Z');
const START = Date.parse('2026-10-31T23:58:00Z');

describeWithElasticsearch('several instances on one cluster', () => {
  const indexes = TestIndexes.onOneNode();
  let instances: ElasticsearchRepository[];

  beforeAll(async () => {
    const configuration = readConfiguration(indexes.environment);
    const clock = new TestClock(NOW);
    instances = Array.from(
      { length: INSTANCES },
      () =>
        new ElasticsearchRepository(
          configuration,
          clock,
          new StoreMetrics(new Registry()),
          new ElasticsearchService(clientOptions(configuration)),
        ),
    );
    for (const instance of instances) await instance.onModuleInit();
  });
  afterAll(async () => {
    for (const instance of instances) await instance.onApplicationShutdown();
    await indexes.remove();
  });

  /** The click of a visitor, whose session has another id in each clock hour. */
  function click(visitor: string, second: number): UsageToRecord {
    const at = new Date(START + second * 1000);
    const session = (instant: Date): string => `${visitor} ${instant.toISOString().slice(0, 13)}`;
    const neighbours = neighbouringHours(at, NOW).map((instant) => ({ id: session(instant), instant }));
    return toRecord({ at, session: session(at) }, neighbours);
  }

  it('count the double clicks that each of them gets of one visitor at the same time once', async () => {
    const batch = fc.array(fc.integer({ min: 0, max: 240 }), { minLength: 1, maxLength: 4 });
    const batches = fc.array(batch, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(batches, async (seconds) => {
        const visitor = randomBytes(8).toString('hex');
        const outcomes = await Promise.all(
          seconds.map((each, index) =>
            (instances[index % INSTANCES] as ElasticsearchRepository).recordUsages(
              each.map((second) => click(visitor, second)),
            ),
          ),
        );
        expect(outcomes.flat().every(({ status }) => status === 'recorded')).toBe(true);
        const stored = await collect((instances[0] as ElasticsearchRepository).streamUsages({}));
        const sorted = seconds.flat().sort((a, b) => a - b);
        const counted = sorted.filter(
          (second, index) => ((sorted[index + 1] ?? Infinity) - second) * 1000 > DOUBLE_CLICK_MILLISECONDS,
        );
        const found = stored.filter(({ sessionhour_id }) => sessionhour_id.startsWith(visitor));
        expect(found.map(({ timestamp }) => (timestamp.getTime() - START) / 1000)).toEqual(counted);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it('agree on the key of a day', async () => {
    const date = CalendarDate.parse('2026-11-24');
    const keys = await Promise.all(
      instances.map((instance) =>
        instance.sessionKey({ date, secret: randomBytes(32), createdAt: new Date('2026-11-24T00:00:00Z') }),
      ),
    );
    expect(new Set(keys.map(({ secret }) => secret.toString('hex'))).size).toBe(1);
  });
});
