import fc from 'fast-check';
import type { CountedAuthUsage } from '../../src/model/counted-auth-usage.js';
import { aUsage, iriOf, type UsageTraits } from '../support/builders.js';
import { type ItemUsage, record, requestRun, run, usageReports } from '../support/reporter-runs.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

const REPORTER = 'public_item_usage';
const COUNTS = ['view_count', 'view_session_count', 'download_count', 'download_session_count'] as const;
const view = ['view', 'web'] as const;
const download = ['download', 'web'] as const;

function counts(report: ItemUsage | undefined): unknown[] {
  return COUNTS.map((name) => report?.[name]);
}

function cumulative(report: ItemUsage | undefined): unknown[] {
  return COUNTS.map((name) => report?.[`cumulative_${name}`]);
}

/** An instant in October 2026. */
function october(day: number, minute = 0): string {
  return new Date(Date.UTC(2026, 9, day, 12, minute)).toISOString();
}

describe('the public-item-usage reporter', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
  });

  afterEach(async () => await app.stop());

  it('counts views of an item and all items within it, but downloads of the item alone', async () => {
    await record(app, [
      { item: 'proj1', at: october(1), session: 'a', labels: [...view] },
      { item: 'file1', within: ['proj1'], at: october(1), session: 'a', labels: [...view] },
      { item: 'file1', within: ['proj1'], at: october(2), session: 'b', labels: [...view] },
      { item: 'file1', within: ['proj1'], at: october(2, 5), session: 'b', labels: [...download] },
      { item: 'proj1', at: october(3), session: 'c', labels: [...download] },
      { item: 'proj1', at: october(3, 5), session: 'c', labels: [...download] },
    ]);
    const { attributes } = await run(app, REPORTER, '2026-10');
    expect(attributes).toMatchObject({ state: 'succeeded', reports_saved: 2, last_key: iriOf('proj1'), error: null });
    const reports = await usageReports(app, '2026-10');
    expect(counts(reports.get('proj1'))).toEqual([3, 2, 2, 1]);
    expect(counts(reports.get('file1'))).toEqual([2, 2, 1, 1]);
  });

  it('takes the attributes of the item from its own usages', async () => {
    const file = { item_type: 'File', provider_id: 'osfstorage', database_iri: 'urn:files.osf.io:osfstorage' } as const;
    await record(app, [
      { item: 'proj1', at: october(1), usage: { database_iri: 'https://osf.io/' } },
      { item: 'proj1', at: october(2), usage: { item_type: 'Registration', provider_id: 'egap' } },
      { item: 'file1', within: ['proj1'], at: october(3), usage: file },
    ]);
    await run(app, REPORTER, '2026-10');
    const reports = await usageReports(app, '2026-10');
    expect(reports.get('proj1')).toMatchObject({
      report_yearmonth: '2026-10',
      item_osfids: ['proj1'],
      item_types: ['Project', 'Registration'],
      platform_iris: ['https://osf.io/'],
      database_iris: ['https://osf.io/'],
      provider_ids: ['egap', 'osf'],
      timestamp: '2026-11-24T12:00:00.000Z',
    });
    expect(reports.get('file1')).toMatchObject({ item_types: ['File'], provider_ids: ['osfstorage'] });
  });

  it('covers the month in UTC, from its first instant to just before the next month', async () => {
    await record(app, [
      { item: 'early', at: '2026-09-30T23:59:59.999Z' },
      { item: 'first', at: '2026-10-01T00:00:00.000Z' },
      { item: 'last1', at: '2026-10-31T23:59:59.999Z' },
      { item: 'later', at: '2026-11-01T00:00:00.000Z' },
    ]);
    await run(app, REPORTER, '2026-10');
    expect([...(await usageReports(app, '2026-10')).keys()].sort()).toEqual(['first', 'last1']);
  });

  it('makes no report for a private item, an unknown item or a private parent of a public component', async () => {
    await app.json('items/known/', { method: 'PUT', body: { public: true, item_type: 'Project' }, key: TRUSTED_KEY });
    await app.json('items/hidden/', { method: 'PUT', body: { public: false, item_type: 'Project' }, key: TRUSTED_KEY });
    app.clock.set('2026-10-10T12:00:00Z');
    for (const item_guid of ['known', 'hidden', 'unknown']) {
      const body = { item_guid, client_session_id: 'me', action_labels: ['view', 'web'], item_public: true };
      expect((await app.request('events/counted_usage/', { body })).status).toBe(201);
    }
    app.clock.set('2026-11-24T12:00:00Z');
    await record(app, [
      { item: 'secret', at: october(1), usage: { item_public: false } },
      { item: 'comp1', within: ['secret'], at: october(2), session: 'b' },
    ]);
    await run(app, REPORTER, '2026-10');
    expect([...(await usageReports(app, '2026-10')).keys()].sort()).toEqual(['comp1', 'known']);
  });

  it('does not count private usage within a public item', async () => {
    await record(app, [
      { item: 'proj1', at: october(1), session: 'a' },
      { item: 'hidden', within: ['proj1'], at: october(1, 9), session: 'b', usage: { item_public: false } },
    ]);
    await run(app, REPORTER, '2026-10');
    expect(counts((await usageReports(app, '2026-10')).get('proj1'))).toEqual([1, 1, 0, 0]);
  });

  it('adds the latest earlier report to the cumulative counts, no matter how old', async () => {
    await record(app, [
      { item: 'proj1', at: '2024-02-10T12:00:00Z', session: 'a' },
      { item: 'proj1', at: '2024-02-10T12:10:00Z', session: 'a', labels: [...download] },
      { item: 'proj1', at: '2026-08-10T12:00:00Z', session: 'b' },
      { item: 'proj1', at: '2026-10-10T12:00:00Z', session: 'c' },
      { item: 'proj1', at: '2026-10-11T12:00:00Z', session: 'd' },
      { item: 'fresh', at: '2026-10-11T12:00:00Z', session: 'd' },
    ]);
    for (const month of ['2024-02', '2024-03', '2026-08', '2026-10']) await run(app, REPORTER, month);
    expect((await usageReports(app, '2024-03')).size).toBe(0);
    expect(cumulative((await usageReports(app, '2026-08')).get('proj1'))).toEqual([2, 2, 1, 1]);
    const october = await usageReports(app, '2026-10');
    expect(counts(october.get('proj1'))).toEqual([2, 2, 0, 0]);
    expect(cumulative(october.get('proj1'))).toEqual([4, 4, 1, 1]);
    expect(cumulative(october.get('fresh'))).toEqual([1, 1, 0, 0]);
  });

  it('replaces its reports when it runs again for a month, without counting them twice', async () => {
    await record(app, [{ item: 'proj1', at: october(1), session: 'a' }]);
    const first = await run(app, REPORTER, '2026-10');
    await record(app, [{ item: 'proj1', at: october(2), session: 'b' }]);
    const second = await run(app, REPORTER, '2026-10');
    expect(second.id).not.toBe(first.id);
    const reports = await usageReports(app, '2026-10');
    expect(reports.size).toBe(1);
    expect(counts(reports.get('proj1'))).toEqual([2, 2, 0, 0]);
    expect(cumulative(reports.get('proj1'))).toEqual([2, 2, 0, 0]);
  });

  it('reports more items than fit into a page, each once', async () => {
    const items = Array.from({ length: 4_100 }, (_, index) => `i${String(index).padStart(4, '0')}`);
    await record(
      app,
      items.map((item) => ({ item, within: ['all00'], at: october(5), session: item })),
    );
    const { attributes } = await run(app, REPORTER, '2026-10');
    expect(attributes).toMatchObject({ state: 'succeeded', reports_saved: 4_100, last_key: iriOf('i4099') });
    const { meta } = await app.json<{ meta: { total: number } }>('reports/public_item_usage/?page[size]=1');
    expect(meta.total).toBe(4_100);
  });

  it('makes no reports for a month without public usage', async () => {
    const { attributes } = await run(app, REPORTER, '2026-10');
    expect(attributes).toMatchObject({ state: 'succeeded', reports_saved: 0, last_key: null });
  });

  it('agrees with a naive count over all usages', async () => {
    const items: Record<string, string[]> = { proj1: [], comp1: ['proj1'], file1: ['comp1', 'proj1'], other: [] };
    const usage = fc.record({
      item: fc.constantFrom(...Object.keys(items)),
      hour: fc.integer({ min: 0, max: 91 * 24 - 1 }),
      visitor: fc.constantFrom('a', 'b', 'c'),
      isPublic: fc.boolean(),
      labels: fc.constantFrom<CountedAuthUsage['action_labels'][]>(['view', 'web'], ['download', 'web'], ['api']),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(usage, { maxLength: 60 }), async (usages) => {
        const fresh = await TestApp.start();
        try {
          const traits = usages.map(({ item, hour, visitor, isPublic, labels }, index): UsageTraits => ({
            item,
            within: items[item],
            // August to October; a minute apart, so that none is a double click.
            at: new Date(Date.UTC(2026, 7, 1, hour, index % 60)),
            session: `${visitor} ${hour}`,
            labels,
            usage: { item_public: isPublic },
          }));
          await record(fresh, traits);
          const before = new Map<string, number[]>();
          for (const month of ['2026-08', '2026-09', '2026-10']) {
            await run(fresh, REPORTER, month);
            const reports = await usageReports(fresh, month);
            const publicUsages = traits.map(aUsage).filter((each) => each.item_public && monthOf(each) === month);
            // The catalog does not know the items: they are public if their own usages are.
            expect([...reports.keys()].sort()).toEqual(
              [...new Set(publicUsages.map((each) => each.item_osfid))].sort(),
            );
            for (const item of Object.keys(items)) {
              const ofMonth = naiveCounts(publicUsages, item);
              before.set(item, sum(before.get(item) ?? [0, 0, 0, 0], ofMonth));
              if (!reports.has(item)) continue;
              expect([counts(reports.get(item)), cumulative(reports.get(item))]).toEqual([ofMonth, before.get(item)]);
            }
          }
        } finally {
          await fresh.stop();
        }
      }),
      { numRuns: 12, endOnFailure: true },
    );
  }, 180_000);
});

function sum(one: readonly number[], other: readonly number[]): number[] {
  return one.map((value, index) => value + (other[index] ?? 0));
}

/** The four counts of each publicly used item of the month, by guid, each from a pass over all usages. */
function monthOf({ timestamp }: CountedAuthUsage): string {
  return timestamp.toISOString().slice(0, 'YYYY-MM'.length);
}

/** The views within an item and their sessions, the downloads of the item alone and theirs. */
function naiveCounts(usages: readonly CountedAuthUsage[], item: string): number[] {
  const views = usages.filter((each) => each.within_iris.includes(iriOf(item)) && each.action_labels.includes('view'));
  const downloads = usages.filter((each) => each.item_osfid === item && each.action_labels.includes('download'));
  return [views, downloads].flatMap((some) => [some.length, new Set(some.map((each) => each.sessionhour_id)).size]);
}

describe('months before USAGE_REPORT_EPOCH', () => {
  it('are rejected with the reason; that month itself is accepted', async () => {
    const app = await TestApp.start({ USAGE_REPORT_EPOCH: '2026-09' });
    const response = await requestRun(app, REPORTER, '2026-08');
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as { errors: { detail: string; source: object }[] };
    expect(errors[0]?.detail).toContain('USAGE_REPORT_EPOCH');
    expect(errors[0]?.detail).toContain('2026-09');
    expect(errors[0]?.source).toEqual({ pointer: '/data/attributes/cycle' });
    expect(await app.json('reporters/runs/', { key: ADMIN_KEY })).toEqual({ data: [] });
    expect((await run(app, REPORTER, '2026-09')).attributes.state).toBe('succeeded');
    await app.stop();
  });
});
