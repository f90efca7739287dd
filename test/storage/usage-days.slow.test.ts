import '../support/property-seed.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { readConfiguration } from '../../src/config/read-configuration.js';
import type { CountedAuthUsage } from '../../src/model/counted-auth-usage.js';
import { DuckDbRepository } from '../../src/storage/duckdb/duckdb.repository.js';
import { StoreMetrics } from '../../src/storage/store-metrics.js';
import type { UsageFilter, UsageGrouping } from '../../src/storage/usage-query.js';
import { YearMonth } from '../../src/time/year-month.js';
import { toRecord, type UsageTraits } from '../support/builders.js';
import { TestClock } from '../support/test-app.js';

const NOW = new Date('2026-11-24T12:00:00Z');
const OCTOBER = { start: new Date('2026-10-01'), end: new Date('2026-11-01') };
const AT_ONCE = { quietMilliseconds: 0 };
const usages = { count: 'usages' } as const;
const visits = { count: 'session-hours' } as const;
const VISITS_BY_DAY: UsageGrouping = { by: { time: 'day' }, measures: { visits } };

const folders: string[] = [];

async function openIn(dataDir: string): Promise<DuckDbRepository> {
  const configuration = readConfiguration({ DATA_DIR: dataDir });
  const repository = new DuckDbRepository(configuration, new TestClock(NOW), new StoreMetrics(new Registry()), []);
  await repository.onModuleInit();
  return repository;
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'osf-metrics-'));
  folders.push(folder);
  return folder;
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

describe('rolled up days', () => {
  let repository: DuckDbRepository;
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await newFolder();
    repository = await openIn(dataDir);
  });
  afterEach(async () => {
    await repository.onApplicationShutdown();
  });

  const record = async (...traits: UsageTraits[]): Promise<void> => {
    await repository.recordUsages(traits.map((each) => toRecord(each)));
  };
  const countVisits = async (): Promise<unknown> => {
    const { days = [] } = await repository.queryUsages({
      where: { time: OCTOBER },
      groupings: { days: VISITS_BY_DAY },
    });
    return Object.fromEntries(days.map(({ key, measures }) => [key, measures['visits']]));
  };
  const sum = async () => await repository.sumUsage({ months: [], times: [OCTOBER], by: 'all' });

  it('count a usage that is recorded later', async () => {
    await record({ at: '2026-10-05T10:00:00Z', session: 'a' });
    await repository.rollUpUsageDays(AT_ONCE);
    await record({ at: '2026-10-05T11:00:00Z', session: 'b' }, { at: '2026-10-06T11:00:00Z', session: 'c' });
    expect(await countVisits()).toEqual({ '2026-10-05': 2, '2026-10-06': 1 });
    await repository.rollUpUsageDays(AT_ONCE);
    expect(await countVisits()).toEqual({ '2026-10-05': 2, '2026-10-06': 1 });
    expect(await sum()).toMatchObject([{ view_count: 3, view_session_count: 3, item_count: 1 }]);
  });

  it('count usages that are recorded meanwhile', async () => {
    const count = 40;
    const recording = async (): Promise<void> => {
      for (let n = 0; n < count; n += 1) await record({ at: '2026-10-05T10:00:00Z', item: `i${n}`, session: `s${n}` });
    };
    const rollingUp = async (): Promise<void> => {
      for (let n = 0; n < 4; n += 1) await repository.rollUpUsageDays(AT_ONCE);
    };
    await record({ at: '2026-10-05T10:00:00Z', session: 'first' });
    await Promise.all([recording(), rollingUp()]);
    expect(await countVisits()).toEqual({ '2026-10-05': count + 1 });
    await repository.rollUpUsageDays(AT_ONCE);
    expect(await sum()).toMatchObject([{ view_count: count + 1, item_count: count + 1 }]);
  });

  it('count a session-hour once for an item that changed its provider meanwhile', async () => {
    await record(
      { at: '2026-10-05T10:00:00Z', usage: { provider_id: 'osf' } },
      { at: '2026-10-05T10:30:00Z', usage: { provider_id: 'egap' } },
    );
    await repository.rollUpUsageDays(AT_ONCE);
    expect(await sum()).toMatchObject([{ view_count: 2, view_session_count: 1, item_count: 1 }]);
  });

  it('count the usages of an item that was unknown', async () => {
    const unknown = { item_type: null, item_public: false } as const;
    await record({ at: '2026-10-05T10:00:00Z', item: 'late1', usage: unknown });
    await repository.rollUpUsageDays(AT_ONCE);
    expect(await sum()).toEqual([]);
    const { item_iri, item_osfid, within_iris, provider_id, database_iri } = toRecord({ item: 'late1' }).usage;
    const fields = {
      item_iri,
      item_osfid,
      within_iris,
      provider_id,
      database_iri,
      item_type: 'File',
      item_public: true,
    };
    await repository.completeUsages(OCTOBER, { recordedOsfid: 'late1', fields: fields as never });
    expect(await sum()).toMatchObject([{ view_count: 1 }]);
  });

  it('do not count usages that were removed', async () => {
    await record({ at: '2026-10-05T10:00:00Z' });
    await repository.rollUpUsageDays(AT_ONCE);
    await repository.removeUsages(YearMonth.parse('2026-10'));
    expect(await countVisits()).toEqual({});
    expect(await sum()).toEqual([]);
  });

  it('count the same after a restart', async () => {
    await record({ at: '2026-10-05T10:00:00Z' });
    await repository.rollUpUsageDays(AT_ONCE);
    await repository.onApplicationShutdown();
    repository = await openIn(dataDir);
    expect(await countVisits()).toEqual({ '2026-10-05': 1 });
    await record({ at: '2026-10-05T12:00:00Z', session: 'later' });
    expect(await countVisits()).toEqual({ '2026-10-05': 2 });
  });
});

describe('queries on rolled up days', () => {
  const DAYS = 20;
  const drawnUsage = fc.record({
    item: fc.constantFrom('abc12', 'def34', 'ghi56'),
    day: fc.integer({ min: 0, max: DAYS }),
    hour: fc.integer({ min: 0, max: 23 }),
    visitor: fc.integer({ min: 0, max: 3 }),
    labels: fc.constantFrom<CountedAuthUsage['action_labels'][]>(['view', 'web'], ['download'], ['view', 'api']),
    referrer: fc.constantFrom('x.org', 'y.org', null),
    usage: fc.record({ item_public: fc.boolean(), user_is_authenticated: fc.boolean() }),
  });
  const filter = fc.constantFrom<UsageFilter>(
    {},
    { userIsAuthenticated: true },
    { userIsAuthenticated: undefined, itemPublic: true, actionLabels: { allOf: ['view', 'web'] } },
    { itemPublic: true, providers: undefined, actionLabels: { allOf: ['view', 'web'] } },
    { itemPublic: true, providers: ['osf'], actionLabels: { allOf: ['view', 'web'] } },
    { itemPublic: true },
  );
  const grouping = fc.constantFrom<UsageGrouping>(
    VISITS_BY_DAY,
    { by: { time: 'week' }, measures: { visits } },
    {
      by: { field: 'pageview_info.hour_of_day' },
      measures: { n: usages, visits },
      orderBy: { measure: 'n' },
      limit: 5,
    },
    { by: { field: 'pageview_info.hour_of_day' }, measures: { n: usages } },
    { by: { field: 'pageview_info.referer_domain' }, measures: { n: usages }, orderBy: { measure: 'n' }, limit: 1 },
    { by: { field: 'pageview_info.referer_domain', values: ['y.org', 'z.org'] }, measures: { n: usages, visits } },
    { by: { field: 'pageview_info.referer_domain' }, measures: { visits }, after: 'x.org' },
  );
  const instant = fc.integer({ min: -1, max: DAYS * 4 }).map((quarters) => addHours(quarters * 6));
  const time = fc.oneof(
    fc.constant(undefined),
    fc.tuple(instant, instant).map(([a, b]) => (a < b ? { start: a, end: b } : { start: b, end: a })),
    instant.map((start) => ({ start })),
    instant.map((end) => ({ end })),
  );

  function addHours(hours: number): Date {
    return new Date(new Date('2026-11-05').getTime() + hours * 3_600_000);
  }

  it('return what queries on usages return', async () => {
    const [rolledUp, plain] = [await openIn(await newFolder()), await openIn(await newFolder())];
    const [drawn = []] = fc.sample(fc.array(drawnUsage, { minLength: 300, maxLength: 300 }), { numRuns: 1, seed: 3 });
    const records = drawn.map(({ item, day, hour, visitor, labels, referrer, usage }, index) => {
      const at = new Date(addHours(day * 24 + hour).getTime() + (index % 60) * 60_000);
      const page = { referer_domain: referrer, page_path: `/${index}` };
      return toRecord({ at, item, labels, usage, session: `${day} ${hour} ${visitor}`, page: index % 4 ? page : null });
    });
    const [early, late] = [records.slice(0, 290), records.slice(290)];
    await plain.recordUsages(records);
    await rolledUp.recordUsages(early);
    await rolledUp.rollUpUsageDays(AT_ONCE);
    // The days of these are read from usages again.
    await rolledUp.recordUsages(late);
    const property = fc.asyncProperty(filter, grouping, time, async (where, each, range) => {
      const query = { where: { ...where, time: range }, groupings: { each } };
      expect(await rolledUp.queryUsages(query)).toEqual(await plain.queryUsages(query));
    });
    await fc.assert(property, { numRuns: 200 });
    await Promise.all([rolledUp.onApplicationShutdown(), plain.onApplicationShutdown()]);
  }, 120_000);
});
