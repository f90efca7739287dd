import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ElasticsearchService } from '@nestjs/elasticsearch';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { readConfiguration } from '../../src/config/read-configuration.js';
import { DOUBLE_CLICK_MILLISECONDS } from '../../src/model/double-click.js';
import { ALL_REPORTS } from '../../src/reports/report-types.js';
import { clientOptions } from '../../src/storage/elasticsearch/client/client-options.js';
import { ElasticsearchRepository } from '../../src/storage/elasticsearch/elasticsearch.repository.js';
import { LEASE_MILLISECONDS } from '../../src/storage/lease.js';
import type { NewUsage } from '../../src/storage/metrics.repository.js';
import { StoreMetrics } from '../../src/storage/store-metrics.js';
import { CalendarDate } from '../../src/time/calendar-date.js';
import { adjacentHours } from '../../src/usage-events/session-hour.js';
import { aUsage, toRecord } from '../support/builders.js';
import { collect } from '../support/collect.js';
import { describeWithElasticsearch, TestIndexes } from '../support/elasticsearch.js';
import {
  eventually,
  resumeInterrupted,
  type RunDocument,
  runs,
  usageReports,
  waitForHistory,
} from '../support/reporter-runs.js';
import { ServiceProcess } from '../support/service-process.js';
import { ADMIN_KEY, API_KEYS, TestApp, TestClock } from '../support/test-app.js';

const INSTANCES = 3;
const ITEMS = 6_000;
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
          ALL_REPORTS,
        ),
    );
    // All set up the same missing templates and indexes at the same time.
    await Promise.all(instances.map((instance) => instance.onModuleInit()));
  });
  afterAll(async () => {
    for (const instance of instances) await instance.onApplicationShutdown();
    await indexes.remove();
  });

  /** A click of a visitor, whose session-hour id differs in each clock hour. */
  function click(visitor: string, second: number): NewUsage {
    const at = new Date(START + second * 1000);
    const session = (instant: Date): string => `${visitor} ${instant.toISOString().slice(0, 13)}`;
    const adjacentSessions = adjacentHours(at, NOW).map((instant) => ({
      id: session(instant),
      instant,
      pageUrlHash: null,
    }));
    return toRecord({ at, session: session(at) }, adjacentSessions);
  }

  it('count double clicks once when they record them at the same time', async () => {
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

  it('wait for the shards of an index that is being created', async () => {
    // Just before a full hour: recording reads the groups of both hours first.
    const second = (Date.parse('2027-01-15T08:59:30Z') - START) / 1000;
    const index = `${indexes.prefix}-usages-2027-01`;
    const allocation = 'index.routing.allocation.require._name';
    await indexes.client.indices.create({
      index,
      settings: { [allocation]: 'no-such-node' },
      wait_for_active_shards: 0,
    });
    const [outcomes] = await Promise.all([
      (instances[0] as ElasticsearchRepository).recordUsages([click('visitor', second)]),
      indexes.client.indices.putSettings({ index, settings: { [allocation]: null } }),
    ]);
    expect(outcomes).toEqual([{ status: 'recorded' }]);
  });

  it('agree on the session key of a day', async () => {
    const date = CalendarDate.parse('2026-11-24');
    const keys = await Promise.all(
      instances.map((instance) =>
        instance.findOrCreateSessionKey({ date, secret: randomBytes(32), createdAt: new Date('2026-11-24T00:00:00Z') }),
      ),
    );
    expect(new Set(keys.map(({ secret }) => secret.toString('hex'))).size).toBe(1);
  });

  it('resume the run of a killed instance after its last saved report', async () => {
    const settings = { ...indexes.environment, REPORTERS_ENABLED: 'false', METRICS_API_KEYS: API_KEYS };
    const dataDir = mkdtempSync(join(tmpdir(), 'osf-metrics-killed-'));
    const killed = await ServiceProcess.start({ ...settings, DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
    const send = async <T>(path: string, body?: object): Promise<T> => {
      const response = await fetch(`${killed.url}/_/metrics/${path}`, {
        method: body ? 'POST' : 'GET',
        headers: { Authorization: `Bearer ${ADMIN_KEY}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(response.ok).toBe(true);
      return (await response.json()) as T;
    };
    const usages = Array.from({ length: ITEMS }, (_, index) => ({
      attributes: aUsage({ at: '2025-03-05T12:00:00Z', item: `i${String(index).padStart(5, '0')}` }),
    }));
    for (let first = 0; first < ITEMS; first += 1_000) {
      await send('events/counted_usage/batch', { data: usages.slice(first, first + 1_000) });
    }
    await send('reporters/public_item_usage/runs', { data: { attributes: { cycle: '2025-03' } } });
    const saved = await eventually(async () => {
      const { data } = await send<{ data: RunDocument[] }>('reporters/runs');
      return data[0]?.attributes.reports_saved || undefined;
    });
    await killed.end('SIGKILL');
    expect(saved).toBeLessThan(ITEMS);
    rmSync(dataDir, { recursive: true });

    const leaseExpiry = new Date(Date.now() + LEASE_MILLISECONDS).toISOString();
    const other = await TestApp.start(settings, leaseExpiry);
    await resumeInterrupted(other);
    await waitForHistory(other, ['public_item_usage 2025-03 succeeded']);
    const [run] = await runs(other);
    expect(run?.attributes.reports_saved).toBe(ITEMS);
    expect((await usageReports(other, '2025-03')).size).toBe(1_000);
    const { meta } = await other.json<{ meta: { total: number } }>('reports/public_item_usage/?page[size]=1');
    expect(meta.total).toBe(ITEMS);
    await other.stop();
  });
});
