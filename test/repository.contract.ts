import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { BooleanField, InstantField, IntegerField, ObjectField, TextField } from '../src/fields/field.js';
import { CountedAuthUsage } from '../src/model/counted-auth-usage.js';
import { Item, ItemAuthor } from '../src/model/item.js';
import { RegistriesModeration } from '../src/model/registries-moderation.js';
import { MonthlyReport } from '../src/model/report.js';
import { MonthlyReportType } from '../src/model/report-type.js';
import { Run } from '../src/model/run.js';
import type { MetricsRepository, NewUsage } from '../src/storage/metrics.repository.js';
import type { ReportQuery } from '../src/storage/report-query.js';
import type { LabelFilter, MeasureFilter, UsageFilter, UsageGrouping, UsageQuery } from '../src/storage/usage-query.js';
import { CalendarDate } from '../src/time/calendar-date.js';
import { YearMonth } from '../src/time/year-month.js';
import { iriOf, STEP, toRecord, type UsageTraits } from './support/builders.js';
import { collect } from './support/collect.js';
import { distinctiveRecord } from './support/distinctive-record.js';

/** A store that is opened for one test. */
export interface OpenRepository {
  readonly repository: MetricsRepository;
  /** Closes and opens the store, as a restart of the service does. */
  reopen(): Promise<MetricsRepository>;
  close(): Promise<void>;
}

class Inner {
  @IntegerField('A number')
  total: number;

  @TextField('A text', { nullable: true })
  label: string | null;
}

/** The report class as it was before most fields were added. */
@MonthlyReportType({ id: 'contract', description: 'For this suite', uniqueFields: ['name'] })
class OlderContractReport extends MonthlyReport {
  @TextField('A text')
  name: string;

  @IntegerField('A number', { nullable: true })
  size: number | null;
}

@MonthlyReportType({ id: 'contract', description: 'For this suite', uniqueFields: ['name'] })
export class ContractReport extends MonthlyReport {
  @TextField('A text')
  name: string;

  @IntegerField('A number', { nullable: true })
  size: number | null;

  @BooleanField('Yes or no')
  flag: boolean;

  @TextField('Texts', { array: true })
  tags: string[];

  @InstantField('An instant', { nullable: true })
  seen_at: Date | null;

  @ObjectField('A group', () => Inner)
  inner: Inner;

  @ObjectField('A group that may be missing', () => Inner, { nullable: true })
  other: Inner | null;

  @ObjectField('A list of groups', () => Inner, { array: true })
  list: Inner[];
}

function inner(total: number, label: string | null = null): Inner {
  return Object.assign(new Inner(), { total, label });
}

function aReport(fields: Partial<ContractReport> & { month?: string } = {}): ContractReport {
  const { month = '2026-10', ...rest } = fields;
  const report = ContractReport.of<ContractReport>({
    report_yearmonth: YearMonth.parse(month),
    name: 'a',
    size: 1,
    flag: true,
    tags: [],
    seen_at: null,
    inner: inner(1),
    other: null,
    list: [],
    ...rest,
  });
  return Object.assign(report, { timestamp: new Date('2026-11-02T06:30:00.123Z') });
}

function anItem(fields: Partial<Item>): Item {
  const missing = Object.fromEntries(
    [
      'iri',
      'item_type',
      'resource_type',
      'provider_id',
      'provider_iri',
      'parent_guid',
      'title',
      'doi',
      'authors',
      'publisher',
      'publication_date',
      'version',
      'access',
    ].map((name) => [name, null]),
  );
  return Object.assign(new Item(), missing, { guid: 'abc12', public: true }, fields);
}

function aRun(fields: Partial<Run>): Run {
  return Object.assign(new Run(), {
    id: 'run',
    reporter: 'contract',
    cycle: '2026-10',
    state: 'running',
    started_at: new Date('2026-11-02T06:30:00Z'),
    finished_at: null,
    reports_saved: 0,
    last_key: null,
    error: null,
    ...fields,
  });
}

/** What each case sets, and how many usages of the suite then match. */
type CasesOf<Filter> = { readonly [Name in keyof Required<Filter>]: readonly [Required<Filter>[Name], number] };

/** One case for each condition: a condition without a case does not compile. */
const LABEL_CASES: CasesOf<LabelFilter> = {
  allOf: [['view', 'web'], 5],
  anyOf: [['download', 'search'], 1],
  noneOf: [['download', 'search'], 5],
};

const FILTER_CASES: CasesOf<UsageFilter> = {
  time: [{ start: new Date('2026-11-01T00:00:00Z'), end: new Date('2026-11-02T09:30:00Z') }, 2],
  withinIri: [iriOf('abc12'), 5],
  itemIri: [iriOf('abc12'), 3],
  itemPublic: [true, 5],
  providers: [['egap', 'none'], 1],
  itemTypes: [['File', 'Preprint'], 1],
  unknownItem: [true, 1],
  userIsAuthenticated: [true, 1],
  actionLabels: [{ allOf: ['view', 'web'] }, 5],
};

const MEASURE_FILTER_CASES: CasesOf<MeasureFilter> = {
  itemIri: [iriOf('abc12'), 3],
  actionLabels: [{ allOf: ['view', 'web'] }, 5],
};

/**
 * The contract of `MetricsRepository`, which every store must meet.
 *
 * @param describeStore `describe.skip` if the store is not available
 */
export function describeRepository(
  store: string,
  open: () => Promise<OpenRepository>,
  describeStore: (name: string, tests: () => void) => void = describe,
): void {
  describeStore(`the ${store} store`, () => {
    let opened: OpenRepository;
    let repository: MetricsRepository;

    beforeEach(async () => {
      opened = await open();
      repository = opened.repository;
    });
    afterEach(() => opened.close());

    const record = async (...usages: UsageTraits[]): Promise<void> => {
      await repository.recordUsages(usages.map((traits) => toRecord(traits)));
    };
    const times = async (): Promise<string[]> =>
      (await collect(repository.streamUsages({}))).map(({ timestamp }) => timestamp.toISOString().slice(11, 19));
    const run = async (query: UsageQuery) => {
      await repository.refresh();
      return await repository.queryUsages(query);
    };
    const group = async (grouping: UsageGrouping, where: UsageQuery['where'] = {}) =>
      (await run({ where, groupings: { only: grouping } }))['only'];
    const usages = { usages: { count: 'usages' } } as const;

    describe('recording', () => {
      it('returns a usage as it was recorded', async () => {
        const record = toRecord({
          at: '2026-11-10T23:59:59.999Z',
          within: ['zzz99', 'aaa11'],
          page: {
            page_url_hash: 'a-hash',
            page_title: 'Ein „Titel“ 🦀\u0000',
            referer_url: 'https://x.org/',
            referer_domain: 'x.org',
            route_name: 'r.s',
          },
          usage: { database_iri: 'https://osf.io/registries', user_is_authenticated: true },
        });
        expect(await repository.recordUsages([record])).toEqual([{ status: 'recorded' }]);
        expect(await collect(repository.streamUsages({}))).toEqual([record.usage]);
      });

      it('returns every declared field of a usage as it was recorded', async () => {
        const usage = Object.assign(distinctiveRecord(CountedAuthUsage), {
          timestamp: new Date('2026-11-10T23:59:59.999Z'),
          item_type: 'File' as const,
          action_labels: ['download' as const, 'web' as const],
        });
        Object.assign(usage.pageview_info ?? {}, { hour_of_day: 23 });
        await repository.recordUsages([{ usage, adjacentSessions: [] }]);
        expect(await collect(repository.streamUsages({}))).toEqual([usage]);
        repository = await opened.reopen();
        expect(await collect(repository.streamUsages({}))).toEqual([usage]);
      });

      it('returns the usages of a time range in order of time', async () => {
        await record({ at: '2026-11-10T10:00:00Z' }, { at: '2026-09-01T10:00:00Z' }, { at: '2026-11-11T00:00:00Z' });
        const range = { start: new Date('2026-11-10T00:00:00Z'), end: new Date('2026-11-11T00:00:00Z') };
        expect(await collect(repository.streamUsages(range))).toHaveLength(1);
        expect(await times()).toEqual(['10:00:00', '10:00:00', '00:00:00']);
      });

      it('returns each usage once when there are many with the same timestamp', async () => {
        const sessions = Array.from({ length: 4_500 }, (_, index) => `visitor ${index}`);
        await record(...sessions.map((session) => ({ at: '2026-11-24T10:00:00Z', session })));
        const found = (await collect(repository.streamUsages({}))).map(({ sessionhour_id }) => sessionhour_id);
        expect(found.sort()).toEqual([...sessions].sort());
      });

      it('keeps usages over a restart', async () => {
        await record({ item: null, labels: ['search', 'web'], page: { page_url: 'https://osf.io/search?q=x' } });
        const before = await collect(repository.streamUsages({}));
        repository = await opened.reopen();
        expect(await collect(repository.streamUsages({}))).toEqual(before);
      });

      it('removes the usages of a month and marks the month', async () => {
        await record({ at: '2026-09-30T23:59:00Z' }, { at: '2026-10-01T00:00:00Z' }, { at: '2026-11-10T00:00:00Z' });
        await repository.removeUsages(YearMonth.parse('2026-09'));
        await repository.refresh();
        const left = await collect(repository.streamUsages({}));
        expect(left.map(({ timestamp }) => timestamp.toISOString().slice(0, 10))).toEqual(['2026-10-01', '2026-11-10']);
        const removed = (await repository.listUsageMonths()).filter(({ usages_removed }) => usages_removed);
        expect(removed.map(({ month }) => month.toString())).toEqual(['2026-09']);
      });

      it('accepts an empty batch', async () => {
        expect(await repository.recordUsages([])).toEqual([]);
      });
    });

    describe('double clicks', () => {
      const at = (time: string, traits: UsageTraits = {}): UsageTraits => ({ at: `2026-11-24T${time}Z`, ...traits });
      const hour = (number: number) => ({
        id: `hour ${number}`,
        instant: new Date(`2026-11-24T${number}:30:00Z`),
        pageUrlHash: null,
      });

      it('are stored once, at the time of the last', async () => {
        await record(at('11:00:00'));
        await record(at('11:00:30'), at('11:00:59'));
        await record(at('11:01:30'));
        expect(await times()).toEqual(['11:00:59', '11:01:30']);
      });

      it('are distinguished by page, item, labels and session', async () => {
        const page = { page_url: 'https://osf.io/abc12/files', page_path: '/abc12/files' };
        await record(
          at('11:00:00'),
          at('11:00:01', { item: 'other' }),
          at('11:00:02', { session: 'another' }),
          at('11:00:03', { labels: ['download', 'web'] }),
          at('11:00:04', { page }),
          at('11:00:05', { page: { ...page, page_url: 'https://osf.io/abc12/wiki' } }),
        );
        expect(await times()).toHaveLength(6);
        await record(at('11:00:06', { page, item: 'other' }));
        expect(await times()).toEqual(['11:00:00', '11:00:01', '11:00:02', '11:00:03', '11:00:05', '11:00:06']);
      });

      it('are merged across the full hour', async () => {
        await record(at('10:59:58', { session: 'hour 10' }));
        await repository.recordUsages([toRecord(at('11:00:03', { session: 'hour 11' }), [hour(10)])]);
        expect(await times()).toEqual(['11:00:03']);
      });

      it('include a late click before a streak across the full hour', async () => {
        await record(at('10:59:50', { session: 'hour 10' }));
        await repository.recordUsages([toRecord(at('11:00:10', { session: 'hour 11' }), [hour(10)])]);
        await repository.recordUsages([toRecord(at('10:59:25', { session: 'hour 10' }), [hour(11)])]);
        expect(await times()).toEqual(['11:00:10']);
      });

      it('are filtered across a restart', async () => {
        await record(at('11:59:30'), at('11:59:20', { item: 'other' }));
        repository = await opened.reopen();
        await record(at('11:59:50'));
        expect(await times()).toEqual(['11:59:20', '11:59:50']);
      });

      it('are filtered among old usages, and recording a batch again changes nothing', async () => {
        const batch = ['11:00:00', '11:00:20', '11:00:51', '13:00:00'].map((time) =>
          toRecord({ at: `2025-01-05T${time}Z`, page: { page_title: time } }),
        );
        await repository.recordUsages(batch);
        const once = await collect(repository.streamUsages({}));
        repository = await opened.reopen();
        await repository.recordUsages(batch);
        expect(await collect(repository.streamUsages({}))).toEqual(once);
        expect(await times()).toEqual(['11:00:20', '11:00:51', '13:00:00']);
      });

      it('are filtered among old usages with any session id', async () => {
        const old = (second: string): UsageTraits => ({ at: `2026-01-01T12:00:${second}Z`, session: 'a\nb "c"' });
        await record(old('00'));
        await record(old('10'));
        expect(await times()).toEqual(['12:00:10']);
      });

      it('are filtered alike for any order and any concurrent batches', async () => {
        const seconds = fc.integer({ min: 0, max: 150 });
        const usage = fc.record({ second: seconds, item: fc.constantFrom('abc12', 'xyz98') });
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.array(usage, { minLength: 1, maxLength: 4 }), { maxLength: 5 }),
            async (batches) => {
              const session = randomBytes(8).toString('hex');
              const start = Date.parse('2026-11-01T00:00:00Z');
              const toTraits = ({ second, item }: { second: number; item: string }): UsageTraits => ({
                at: new Date(start + second * 1000),
                item,
                session,
              });
              await Promise.all(
                batches.map((batch) =>
                  repository.recordUsages(batch.map((each): NewUsage => toRecord(toTraits(each)))),
                ),
              );
              const stored = (await collect(repository.streamUsages({}))).filter(
                (each) => each.sessionhour_id === session,
              );
              for (const item of ['abc12', 'xyz98']) {
                const all = batches
                  .flat()
                  .filter((each) => each.item === item)
                  .map(({ second }) => second)
                  .sort((a, b) => a - b);
                const counted = all.filter((second, index) => (all[index + 1] ?? Infinity) > second + 30);
                const found = stored.filter(({ item_osfid }) => item_osfid === item);
                expect(found.map(({ timestamp }) => (timestamp.getTime() - start) / 1000)).toEqual(counted);
              }
            },
          ),
          { numRuns: 25 },
        );
      });
    });

    describe('usages of unknown items', () => {
      const unknown = { item_type: null, item_public: false } as const;
      const fields = {
        database_iri: null,
        item_iri: iriOf('late1'),
        item_osfid: 'late1',
        item_type: 'File',
        item_public: true,
        provider_id: 'osfstorage',
        within_iris: [iriOf('late1'), iriOf('proj1')],
      } as const;
      const completion = { recordedOsfid: 'late1', fields: { ...fields, within_iris: [...fields.within_iris] } };

      beforeEach(async () => {
        await record(
          { at: '2026-10-31T23:00:00Z', item: 'late1', session: 'a', usage: unknown },
          { at: '2026-11-01T01:00:00Z', item: 'late1', session: 'b', usage: unknown },
          { at: '2026-11-02T01:00:00Z', item: 'late1', session: 'c', usage: unknown },
          {
            at: '2026-11-02T02:00:00Z',
            item: 'late1',
            session: 'd',
            usage: { item_type: 'Project', item_public: false },
          },
          { at: '2026-11-02T01:00:00Z', item: 'late2', session: 'c', usage: unknown },
          { at: '2026-11-02T01:00:00Z', item: 'proj1', session: 'c' },
        );
      });

      it('pages through their short ids', async () => {
        const by = { field: 'item_osfid' } as const;
        const groups = await group({ by, measures: usages, limit: 5, after: 'late1' }, { unknownItem: true });
        expect(groups).toEqual([{ key: 'late2', measures: { usages: 1 } }]);
      });

      it('completes those of one item and time range, and no others', async () => {
        await repository.refresh();
        const november = { start: new Date('2026-11-01T00:00:00Z'), end: new Date('2026-12-01T00:00:00Z') };
        expect(await repository.completeUsages(november, completion)).toBe(2);
        await repository.refresh();
        expect(await repository.completeUsages(november, completion)).toBe(0);
        const stored = await collect(repository.streamUsages({}));
        const completed = stored.filter(({ item_type }) => item_type === 'File');
        expect(completed.map(({ sessionhour_id }) => sessionhour_id)).toEqual(['b', 'c']);
        for (const usage of completed) expect(usage).toMatchObject(fields);
        const within = { by: 'all', measures: usages } as const;
        expect(await group(within, { withinIri: iriOf('proj1') })).toEqual([{ key: '', measures: { usages: 3 } }]);
        const itself = { itemIri: iriOf('late1'), itemPublic: true };
        expect(await group(within, itself)).toEqual([{ key: '', measures: { usages: 2 } }]);
      });
    });

    describe('usage queries', () => {
      beforeEach(async () => {
        const page = (path: string, rest = {}) => ({ page_url: `https://osf.io${path}`, page_path: path, ...rest });
        await record(
          {
            at: '2026-11-01T09:00:00Z',
            session: 's1',
            page: page('/abc12', { page_title: 'B', referer_domain: 'x.org' }),
          },
          {
            at: '2026-11-01T10:00:00Z',
            session: 's2',
            page: page('/abc12', { page_title: 'A', referer_domain: 'x.org' }),
          },
          {
            at: '2026-11-02T09:30:00Z',
            session: 's3',
            page: page('/abc12/wiki'),
            usage: { user_is_authenticated: true },
          },
          { at: '2026-11-02T09:40:00Z', session: 's3', item: 'file1', within: ['abc12'], labels: ['download', 'web'] },
          { at: '2026-11-02T09:50:00Z', session: 's3', item: 'file1', within: ['abc12'], usage: { item_type: 'File' } },
          {
            at: '2026-10-31T23:59:59Z',
            session: 's4',
            item: 'other',
            usage: { item_public: false, item_type: null, provider_id: 'egap' },
          },
        );
      });

      it('counts all usages and session-hours', async () => {
        const measures = { usages: { count: 'usages' }, sessions: { count: 'session-hours' } } as const;
        expect(await group({ by: 'all', measures })).toEqual([{ key: '', measures: { usages: 6, sessions: 4 } }]);
      });

      it('returns the group of all usages, and no other, if nothing matches', async () => {
        const where = { itemIri: iriOf('nowhere') };
        expect(await group({ by: 'all', measures: usages }, where)).toEqual([{ key: '', measures: { usages: 0 } }]);
        expect(await group({ by: { time: 'day' }, measures: usages }, where)).toEqual([]);
      });

      it.each(Object.entries(LABEL_CASES))('filters by labels: %s', async (operator, [labels, count]) => {
        const where = { actionLabels: { [operator]: labels } };
        const measures = { ...usages, some: { count: 'usages', where } } as const;
        expect(await group({ by: 'all', measures: usages }, where)).toEqual([{ key: '', measures: { usages: count } }]);
        expect(await group({ by: 'all', measures })).toEqual([{ key: '', measures: { usages: 6, some: count } }]);
      });

      it.each<[string, LabelFilter, number]>([
        ['several conditions', { allOf: ['web'], anyOf: ['view', 'download'], noneOf: ['download'] }, 5],
        ['no condition', {}, 6],
        ['an empty `allOf`', { allOf: [] }, 6],
        ['an empty `anyOf`', { anyOf: [] }, 0],
        ['an empty `noneOf`', { noneOf: [] }, 6],
      ])('filters by labels with %s', async (_what, actionLabels, count) => {
        const all = await group({ by: 'all', measures: usages }, { actionLabels });
        expect(all).toEqual([{ key: '', measures: { usages: count } }]);
      });

      it.each(Object.entries(FILTER_CASES))('filters by %s', async (name, [value, count]) => {
        const all = await group({ by: 'all', measures: usages }, { [name]: value });
        expect(all).toEqual([{ key: '', measures: { usages: count } }]);
      });

      it.each(Object.entries(MEASURE_FILTER_CASES))('filters a measure by %s', async (name, [value, count]) => {
        const measures = {
          usages: { count: 'usages', where: { [name]: value } as unknown as MeasureFilter },
        } as const;
        expect(await group({ by: 'all', measures })).toEqual([{ key: '', measures: { usages: count } }]);
      });

      it('filters by several conditions at once', async () => {
        const where = { withinIri: iriOf('abc12'), actionLabels: { allOf: ['download'] }, itemPublic: true } as const;
        expect(await group({ by: 'all', measures: usages }, where)).toEqual([{ key: '', measures: { usages: 1 } }]);
      });

      it('groups by day, week and month', async () => {
        const groups = async (time: 'day' | 'week' | 'month') =>
          ((await group({ by: { time }, measures: usages })) ?? []).map(({ key, measures }) => [
            key,
            measures['usages'],
          ]);
        expect(await groups('day')).toEqual([
          ['2026-10-31', 1],
          ['2026-11-01', 2],
          ['2026-11-02', 3],
        ]);
        expect(await groups('week')).toEqual([
          ['2026-10-26', 3],
          ['2026-11-02', 3],
        ]);
        expect(await groups('month')).toEqual([
          ['2026-10-01', 1],
          ['2026-11-01', 5],
        ]);
      });

      it('groups by a field, ignores usages without it, and orders by count and then by key', async () => {
        const hours = await group({
          by: { field: 'pageview_info.hour_of_day' },
          measures: usages,
          orderBy: { measure: 'usages' },
        });
        expect(hours).toEqual([
          { key: '9', measures: { usages: 2 } },
          { key: '10', measures: { usages: 1 } },
        ]);
        const domains = await group({ by: { field: 'pageview_info.referer_domain' }, measures: usages });
        expect(domains).toEqual([{ key: 'x.org', measures: { usages: 2 } }]);
        const items = await group({
          by: { field: 'item_iri' },
          measures: usages,
          orderBy: { measure: 'usages' },
          limit: 2,
        });
        expect(items?.map(({ key }) => key)).toEqual([iriOf('abc12'), iriOf('file1')]);
      });

      it('finds the most common value: the first of several, null if there is none', async () => {
        const measures = { title: { mostCommon: 'pageview_info.page_title' } } as const;
        expect(await group({ by: { field: 'pageview_info.page_path' }, measures })).toEqual([
          { key: '/abc12', measures: { title: 'A' } },
          { key: '/abc12/wiki', measures: { title: null } },
        ]);
      });

      it('filters single measures, and lists distinct values', async () => {
        const measures = {
          downloads: { count: 'usages', where: { actionLabels: { allOf: ['download'] } } },
          viewers: { count: 'session-hours', where: { actionLabels: { allOf: ['view'] } } },
          types: { values: 'item_type' },
          osfids: { values: 'item_osfid' },
        } as const;
        expect(await group({ by: { field: 'item_iri', values: [iriOf('file1'), iriOf('other')] }, measures })).toEqual([
          {
            key: iriOf('file1'),
            measures: { downloads: 1, viewers: 1, types: ['File', 'Project'], osfids: ['file1'] },
          },
          { key: iriOf('other'), measures: { downloads: 0, viewers: 1, types: [], osfids: ['other'] } },
        ]);
      });

      it('pages through groups in order of key', async () => {
        const page = async (after?: string) =>
          (
            (await group({ by: { field: 'item_iri' }, measures: usages, limit: 1, after }, { itemPublic: true })) ?? []
          ).map(({ key }) => key);
        expect(await page()).toEqual([iriOf('abc12')]);
        expect(await page(iriOf('abc12'))).toEqual([iriOf('file1')]);
        expect(await page(iriOf('file1'))).toEqual([]);
      });

      it('counts a usage for each of the given items that it is within', async () => {
        const by = { withinIris: [iriOf('abc12'), iriOf('file1'), iriOf('nowhere')] };
        expect(await group({ by, measures: usages })).toEqual([
          { key: iriOf('abc12'), measures: { usages: 5 } },
          { key: iriOf('file1'), measures: { usages: 2 } },
        ]);
      });

      it('computes several groupings at once', async () => {
        const result = await run({
          where: { withinIri: iriOf('abc12') },
          groupings: {
            days: { by: { time: 'day' }, measures: usages },
            paths: { by: { field: 'pageview_info.page_path' }, measures: usages },
          },
        });
        expect(result['days']).toHaveLength(2);
        expect(result['paths']).toHaveLength(2);
      });
    });

    describe('reports', () => {
      const find = async (query: ReportQuery): Promise<string[]> =>
        (await collect(repository.streamReports(ContractReport, query))).map(({ name }) => name);

      it('returns every field of a report as it was saved', async () => {
        const report = aReport({
          size: 2 ** 53 - 1,
          tags: ['x', 'y'],
          seen_at: new Date('2026-01-01T00:00:00.001Z'),
          other: inner(5, 'five'),
          list: [inner(1), inner(2, 'two')],
        });
        const plain = aReport({ name: 'b', size: null });
        await repository.saveReports([report, plain]);
        const found = await collect(
          repository.streamReports(ContractReport, { sort: [{ path: 'name', descending: false }] }),
        );
        expect(found).toEqual([report, plain]);
        expect(found[0]).toBeInstanceOf(ContractReport);
        expect(found[0]?.id).toBe(report.id);
      });

      it('returns null for fields that were added after a report was saved', async () => {
        const older = OlderContractReport.of({ report_yearmonth: YearMonth.parse('2026-10'), name: 'a', size: 1 });
        await repository.saveReports([Object.assign(older, { timestamp: new Date('2026-11-02T06:30:00.123Z') })]);
        repository = await opened.reopen();
        const added = { flag: null, tags: null, seen_at: null, inner: null, other: null, list: null };
        expect(await collect(repository.streamReports(ContractReport, {}))).toEqual([Object.assign(aReport(), added)]);
      });

      it('finds no reports of a type that was never saved', async () => {
        expect(await find({})).toEqual([]);
        expect(await repository.countReports(ContractReport, {})).toBe(0);
      });

      it('replaces the report of the same cycle and unique fields', async () => {
        await repository.saveReports([aReport({ size: 1 }), aReport({ name: 'b' }), aReport({ month: '2026-09' })]);
        await repository.saveReports([aReport({ size: 2 })]);
        repository = await opened.reopen();
        const found = await collect(
          repository.streamReports(ContractReport, { sort: [{ path: 'size', descending: true }] }),
        );
        expect(found.map(({ size }) => size)).toEqual([2, 1, 1]);
      });

      it('finds reports by cycle', async () => {
        await repository.saveReports(['2026-08', '2026-09', '2026-10'].map((month) => aReport({ month, name: month })));
        const [first, last] = [YearMonth.parse('2026-09'), YearMonth.parse('2026-09')];
        const sort = [{ path: 'report_yearmonth', descending: true }];
        expect(await find({ first, sort })).toEqual(['2026-10', '2026-09']);
        expect(await find({ first, last })).toEqual(['2026-09']);
        expect(await repository.countReports(ContractReport, { last, limit: 1 })).toBe(2);
      });

      it.each<[string, ReportQuery['filters'], string[]]>([
        ['a text', [{ path: 'name', operator: 'eq', value: 'a' }], ['a']],
        ['a different text', [{ path: 'name', operator: 'ne', value: 'a' }], ['b', 'c']],
        ['a number', [{ path: 'size', operator: 'eq', value: 2 }], ['b']],
        ['a different or missing number', [{ path: 'size', operator: 'ne', value: 2 }], ['a', 'c']],
        ['a missing value', [{ path: 'size', operator: 'eq', value: null }], ['c']],
        ['a present value', [{ path: 'size', operator: 'ne', value: null }], ['a', 'b']],
        ['a field of an inner object', [{ path: 'inner.total', operator: 'eq', value: 7 }], ['c']],
        ['a value of a list', [{ path: 'tags', operator: 'eq', value: 'y' }], ['b']],
        ['the absence of a value in a list', [{ path: 'tags', operator: 'ne', value: 'y' }], ['a', 'c']],
        ['an empty list', [{ path: 'tags', operator: 'eq', value: null }], ['a', 'c']],
        ['a boolean', [{ path: 'flag', operator: 'eq', value: false }], ['c']],
        ['an instant', [{ path: 'seen_at', operator: 'eq', value: '2026-01-01T00:00:00.000Z' }], ['a']],
        [
          'several conditions',
          [
            { path: 'flag', operator: 'eq', value: true },
            { path: 'size', operator: 'ne', value: 1 },
          ],
          ['b'],
        ],
      ])('filters by %s', async (_what, filters, names) => {
        await repository.saveReports([
          aReport({ name: 'a', size: 1, seen_at: new Date('2026-01-01') }),
          aReport({ name: 'b', size: 2, tags: ['x', 'y'] }),
          aReport({ name: 'c', size: null, flag: false, inner: inner(7) }),
        ]);
        expect(await find({ filters, sort: [{ path: 'name', descending: false }] })).toEqual(names);
        expect(await repository.countReports(ContractReport, { filters })).toBe(names.length);
      });

      it.each(['size', 'seen_at'])('streams more reports than fit on a page, by %s', async (path) => {
        const names = Array.from({ length: 10_050 }, (_, index) => `r${index}`);
        const reports = names.map((name, index) =>
          aReport({ name, size: index % 7 || null, seen_at: index % 5 === 0 ? null : new Date(index % 4_000) }),
        );
        await repository.saveReports(reports);
        const found = await find({ sort: [{ path, descending: true }], offset: 25 });
        expect(found).toHaveLength(reports.length - 25);
        expect(new Set(found).size).toBe(found.length);
        const keys = found.map((name) => Number(reports[Number(name.slice(1))]?.[path as 'size' | 'seen_at'] ?? -1));
        expect(keys).toEqual([...keys].sort((one, other) => other - one));
      });

      it('pages by number and by cursor, with missing values last in both directions', async () => {
        const sizes = [3, null, 1, 1, 2, null, 3];
        await repository.saveReports(sizes.map((size, index) => aReport({ name: `r${index}`, size })));
        for (const descending of [false, true]) {
          const query = { sort: [{ path: 'size', descending }] };
          const all = await collect(repository.streamReports(ContractReport, query));
          const ordered = all.map(({ size }) => size);
          expect(ordered).toEqual(descending ? [3, 3, 2, 1, 1, null, null] : [1, 1, 2, 3, 3, null, null]);
          const byCursor: string[] = [];
          for (let afterId: string | undefined; ;) {
            const [next] = await collect(repository.streamReports(ContractReport, { ...query, limit: 1, afterId }));
            if (!next) break;
            byCursor.push(next.name);
            afterId = next.id;
          }
          expect(byCursor).toEqual(all.map(({ name }) => name));
          expect(await find({ ...query, limit: 2, offset: 3 })).toEqual(byCursor.slice(3, 5));
        }
      });

      it('finds the latest report before a cycle for each value of a field', async () => {
        await repository.saveReports([
          aReport({ name: 'a', month: '2024-01', size: 1 }),
          aReport({ name: 'a', month: '2026-09', size: 2 }),
          aReport({ name: 'a', month: '2026-10', size: 3 }),
          aReport({ name: 'b', month: '2023-12', size: 4 }),
          aReport({ name: 'c', month: '2026-10', size: 5 }),
        ]);
        const latest = await repository.findLatestReports(
          ContractReport,
          'name',
          ['a', 'b', 'c', 'd'],
          YearMonth.parse('2026-10'),
        );
        expect(latest.map(({ size }) => size).sort()).toEqual([2, 4]);
      });

      it('removes the reports of a cycle that were saved before an instant', async () => {
        const savedAt = new Date('2026-11-24T12:00:00.500Z');
        const savedBefore = new Date('2026-11-24T12:00:00.499Z');
        const saved = (fields: Parameters<typeof aReport>[0], timestamp: Date) =>
          Object.assign(aReport(fields), { timestamp });
        await repository.saveReports([
          saved({ name: 'old' }, savedBefore),
          saved({ name: 'again' }, savedBefore),
          saved({ name: 'new' }, savedAt),
          saved({ name: 'old', month: '2026-09' }, savedBefore),
        ]);
        await repository.saveReports([saved({ name: 'again' }, savedAt)]);
        const cycle = YearMonth.parse('2026-10');
        await repository.removeReports(ContractReport, { cycle, savedBefore: savedAt });
        const sort = [{ path: 'name', descending: false }];
        const left = await collect(repository.streamReports(ContractReport, { sort }));
        expect(left.map(({ name, report_yearmonth }) => `${name} ${report_yearmonth.toString()}`)).toEqual([
          'again 2026-10',
          'new 2026-10',
          'old 2026-09',
        ]);
        await repository.removeReports(ContractReport, { cycle: YearMonth.parse('2020-01'), savedBefore: savedAt });
        expect(await repository.countReports(ContractReport, {})).toBe(3);
      });
    });

    describe('items', () => {
      it('returns every field of an item as it was last saved', async () => {
        const author = Object.assign(new ItemAuthor(), { name: 'Ada', orcid_id: null });
        const item = anItem({
          title: 'New',
          authors: [author],
          publication_date: CalendarDate.parse('2020-02-29'),
          access: 'Open',
        });
        await repository.saveItems([anItem({ title: 'Old' }), anItem({ guid: 'zzz99' })]);
        await repository.saveItems([anItem({ title: 'Newer' }), item]);
        expect(await repository.findItems(['abc12', 'nowhere'])).toEqual([item]);
      });

      it('lists items in order of guid', async () => {
        await repository.saveItems(['c', 'a', 'b'].map((guid) => anItem({ guid })));
        const guids = async (afterGuid?: string) =>
          (await repository.listItems({ afterGuid, limit: 2 })).map(({ guid }) => guid);
        expect(await guids()).toEqual(['a', 'b']);
        expect(await guids('b')).toEqual(['c']);
      });
    });

    describe('moderation', () => {
      const aStep = (fields: Partial<RegistriesModeration>): RegistriesModeration =>
        Object.assign(new RegistriesModeration(), {
          timestamp: new Date('2026-11-01T00:00:00Z'),
          ...STEP,
          comment: null,
          ...fields,
        });

      it('counts the steps of each provider, and a repeated step once', async () => {
        await repository.recordModerations([aStep({}), aStep({})]);
        await repository.recordModerations([
          aStep({}),
          aStep({ trigger: 'accept_submission', to_state: 'accepted', comment: 'fine' }),
          aStep({ trigger: 'accept_submission', to_state: 'embargo' }),
          aStep({ trigger: 'reject_submission', to_state: 'rejected' }),
          aStep({ trigger: 'accept_withdrawal', to_state: 'withdrawn' }),
          aStep({ provider_id: 'egap' }),
        ]);
        expect(await repository.summarizeModerations({})).toEqual([
          expect.objectContaining({ provider_id: 'egap', submissions: 1, transitions_without_comments: 1 }),
          {
            provider_id: 'osf',
            transitions_with_comments: 1,
            transitions_without_comments: 4,
            submissions: 1,
            accepted_with_embargo: 1,
            accepted_without_embargo: 1,
            rejected: 1,
            withdrawn: 1,
          },
        ]);
      });

      it('counts the steps of a time range', async () => {
        const days = ['2026-10-31', '2026-11-01', '2026-11-30', '2026-12-01'];
        await repository.recordModerations(days.map((day) => aStep({ timestamp: new Date(`${day}T00:00:00Z`) })));
        const november = { start: new Date('2026-11-01T00:00:00Z'), end: new Date('2026-12-01T00:00:00Z') };
        expect(await repository.summarizeModerations(november)).toEqual([
          expect.objectContaining({ provider_id: 'osf', submissions: 2 }),
        ]);
        expect(await repository.summarizeModerations({ end: new Date('2026-01-01T00:00:00Z') })).toEqual([]);
      });

      it('returns the steps of a time range in order of time', async () => {
        const days = ['2026-11-03', '2026-11-01', '2026-11-02', '2026-11-04'];
        const steps = days.map((day) => aStep({ timestamp: new Date(`${day}T00:00:00Z`), comment: `of ${day}` }));
        await repository.recordModerations(steps);
        const [third, first, second, fourth] = steps;
        expect(await collect(repository.streamModerations({}))).toEqual([first, second, third, fourth]);
        const range = { start: second?.timestamp, end: fourth?.timestamp };
        expect(await collect(repository.streamModerations(range))).toEqual([second, third]);
        expect([await repository.countModerations({}), await repository.countModerations(range)]).toEqual([4, 2]);
      });
    });

    describe('runs and leases', () => {
      it('finds runs, the latest start first', async () => {
        const old = aRun({ id: 'old', cycle: '2026-09', started_at: new Date('2026-10-02T06:30:00Z') });
        await repository.saveRun(old);
        await repository.saveRun(aRun({ reports_saved: 1 }));
        const done = aRun({
          state: 'succeeded',
          reports_saved: 2,
          last_key: 'k',
          finished_at: new Date('2026-11-02T07:00:00Z'),
        });
        await repository.saveRun(done);
        expect(await repository.findRuns({})).toEqual([done, old]);
        expect(await repository.findRuns({ cycle: '2026-09', reporter: 'contract' })).toEqual([old]);
        expect(await repository.findRuns({ reporter: 'another' })).toEqual([]);
        expect(await repository.findRuns({ limit: 1 })).toEqual([done]);
        expect(await repository.findRuns({ id: 'old' })).toEqual([old]);
      });

      it('grants a lease to one holder until it expires or is released', async () => {
        const now = new Date('2026-11-24T12:00:00Z');
        const later = (minutes: number): Date => new Date(now.getTime() + minutes * 60_000);
        const lease = { name: 'reporter', now, expiresAt: later(5) };
        expect(await repository.acquireLease({ ...lease, holder: 'a' })).toBe(true);
        expect(await repository.acquireLease({ ...lease, holder: 'b' })).toBe(false);
        expect(await repository.acquireLease({ ...lease, name: 'another', holder: 'b' })).toBe(true);
        expect(await repository.acquireLease({ ...lease, now: later(4), expiresAt: later(9), holder: 'a' })).toBe(true);
        expect(await repository.acquireLease({ ...lease, now: later(6), expiresAt: later(9), holder: 'b' })).toBe(
          false,
        );
        expect(await repository.acquireLease({ ...lease, now: later(9), expiresAt: later(20), holder: 'b' })).toBe(
          true,
        );
        await repository.releaseLease({ name: 'reporter', holder: 'a' });
        expect(await repository.acquireLease({ ...lease, now: later(10), expiresAt: later(20), holder: 'a' })).toBe(
          false,
        );
        await repository.releaseLease({ name: 'reporter', holder: 'b' });
        expect(await repository.acquireLease({ ...lease, now: later(10), expiresAt: later(20), holder: 'a' })).toBe(
          true,
        );
      });

      it('grants a lease once to concurrent requests', async () => {
        const lease = {
          name: 'reporter',
          now: new Date('2026-11-24T12:00:00Z'),
          expiresAt: new Date('2026-11-24T12:05:00Z'),
        };
        const requests = Array.from({ length: 8 }, (_, index) =>
          repository.acquireLease({ ...lease, holder: `h${index}` }),
        );
        expect((await Promise.all(requests)).filter(Boolean)).toHaveLength(1);
      });
    });

    describe('session keys', () => {
      const candidate = (day: string) => ({
        date: CalendarDate.parse(day),
        secret: randomBytes(32),
        createdAt: new Date(`${day}T08:00:00Z`),
      });

      it('keeps the first key of a day, also over a restart, until it is deleted', async () => {
        const first = candidate('2026-11-24');
        expect(await repository.findOrCreateSessionKey(first)).toEqual(first);
        expect(await repository.findOrCreateSessionKey(candidate('2026-11-24'))).toEqual(first);
        repository = await opened.reopen();
        expect(await repository.findOrCreateSessionKey(candidate('2026-11-24'))).toEqual(first);
        await repository.findOrCreateSessionKey(candidate('2026-11-25'));
        await repository.deleteSessionKeys([first.date, CalendarDate.parse('2020-01-01')]);
        expect((await repository.listSessionKeys()).map(({ date }) => date.toString())).toEqual(['2026-11-25']);
        const second = candidate('2026-11-24');
        expect(await repository.findOrCreateSessionKey(second)).toEqual(second);
      });

      it('returns the same key to concurrent requests', async () => {
        const keys = await Promise.all(
          Array.from({ length: 8 }, () => repository.findOrCreateSessionKey(candidate('2026-11-24'))),
        );
        expect(new Set(keys.map(({ secret }) => secret.toString('hex'))).size).toBe(1);
      });
    });

    it('measures the space that it takes and has left', async () => {
      await repository.recordUsages([toRecord({})]);
      const { storedBytes, freeBytes } = await repository.measureSpace();
      // Elasticsearch measures new indexes with a delay.
      expect(storedBytes).toBeGreaterThanOrEqual(0);
      expect(freeBytes).toBeGreaterThan(0);
    });

    it('is healthy', async () => {
      await expect(repository.checkHealth()).resolves.toBeUndefined();
    });
  });
}
