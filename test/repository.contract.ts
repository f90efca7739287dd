import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { BooleanField, InstantField, IntegerField, ObjectField, TextField } from '../src/fields/field.js';
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

/** A store that is opened for one test; `reopen` is what a restart of the service does. */
export interface OpenRepository {
  readonly repository: MetricsRepository;
  reopen(): Promise<MetricsRepository>;
  close(): Promise<void>;
}

class Inner {
  @IntegerField('A number')
  total: number;

  @TextField('A text', { nullable: true })
  label: string | null;
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
  const nothing = Object.fromEntries(
    [
      'iri',
      'item_type',
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
  return Object.assign(new Item(), nothing, { guid: 'abc12', public: true }, fields);
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
  userIsAuthenticated: [true, 1],
  actionLabels: [{ allOf: ['view', 'web'] }, 5],
};

const MEASURE_FILTER_CASES: CasesOf<MeasureFilter> = {
  actionLabels: [{ allOf: ['view', 'web'] }, 5],
};

/** The promises of the port, tried on one store. @param describeStore `describe.skip` where there is none */
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
    const answer = async (query: UsageQuery) => {
      await repository.refresh();
      return await repository.queryUsages(query);
    };
    const ask = async (grouping: UsageGrouping, where: UsageQuery['where'] = {}) =>
      (await answer({ where, groupings: { asked: grouping } }))['asked'];
    const usages = { usages: { count: 'usages' } } as const;

    describe('recording', () => {
      it('gives back every field of a usage', async () => {
        const record = toRecord({
          at: '2026-11-10T23:59:59.999Z',
          within: ['zzz99', 'aaa11'],
          page: {
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

      it('gives back usages in order of time, of the range that is asked for', async () => {
        await record({ at: '2026-11-10T10:00:00Z' }, { at: '2026-09-01T10:00:00Z' }, { at: '2026-11-11T00:00:00Z' });
        const range = { start: new Date('2026-11-10T00:00:00Z'), end: new Date('2026-11-11T00:00:00Z') };
        expect(await collect(repository.streamUsages(range))).toHaveLength(1);
        expect(await times()).toEqual(['10:00:00', '10:00:00', '00:00:00']);
      });

      it('gives back more usages than it reads at a time, each once, those of one moment too', async () => {
        const sessions = Array.from({ length: 4_500 }, (_, index) => `visitor ${index}`);
        await record(...sessions.map((session) => ({ at: '2026-11-24T10:00:00Z', session })));
        const found = (await collect(repository.streamUsages({}))).map(({ sessionhour_id }) => sessionhour_id);
        expect(found.sort()).toEqual([...sessions].sort());
      });

      it('keeps what was recorded over a restart', async () => {
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

      it('stores a batch of nothing', async () => {
        expect(await repository.recordUsages([])).toEqual([]);
      });
    });

    describe('double clicks', () => {
      const at = (time: string, traits: UsageTraits = {}): UsageTraits => ({ at: `2026-11-24T${time}Z`, ...traits });
      const hour = (number: number) => ({ id: `hour ${number}`, instant: new Date(`2026-11-24T${number}:30:00Z`) });

      it('counts the last of clicks that follow each other within 30 seconds', async () => {
        await record(at('11:00:00'));
        await record(at('11:00:30'), at('11:00:59'));
        await record(at('11:01:30'));
        expect(await times()).toEqual(['11:00:59', '11:01:30']);
      });

      it('tells pages, items, labels and sessions apart', async () => {
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

      it('joins clicks across the full hour', async () => {
        await record(at('10:59:58', { session: 'hour 10' }));
        await repository.recordUsages([toRecord(at('11:00:03', { session: 'hour 11' }), [hour(10)])]);
        expect(await times()).toEqual(['11:00:03']);
      });

      it('joins a late click to clicks that went on over the full hour', async () => {
        await record(at('10:59:50', { session: 'hour 10' }));
        await repository.recordUsages([toRecord(at('11:00:10', { session: 'hour 11' }), [hour(10)])]);
        await repository.recordUsages([toRecord(at('10:59:25', { session: 'hour 10' }), [hour(11)])]);
        expect(await times()).toEqual(['11:00:10']);
      });

      it('holds over a restart', async () => {
        await record(at('11:59:30'), at('11:59:20', { item: 'other' }));
        repository = await opened.reopen();
        await record(at('11:59:50'));
        expect(await times()).toEqual(['11:59:20', '11:59:50']);
      });

      it('holds for usages of long ago, and sending a batch again changes nothing', async () => {
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

      it('holds for usages of long ago whatever the id of their session', async () => {
        const old = (second: string): UsageTraits => ({ at: `2026-01-01T12:00:${second}Z`, session: 'a\nb "c"' });
        await record(old('00'));
        await record(old('10'));
        expect(await times()).toEqual(['12:00:10']);
      });

      it('comes to the same in whatever order and however much at once usages arrive', async () => {
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
          { at: '2026-10-31T23:59:59Z', session: 's4', item: 'other', usage: { item_public: false, item_type: null } },
        );
      });

      it('counts usages and session-hours of everything', async () => {
        const measures = { usages: { count: 'usages' }, sessions: { count: 'session-hours' } } as const;
        expect(await ask({ by: 'all', measures })).toEqual([{ key: '', measures: { usages: 6, sessions: 4 } }]);
      });

      it('has one group of everything even when nothing matches, and no other group', async () => {
        const where = { itemIri: iriOf('nowhere') };
        expect(await ask({ by: 'all', measures: usages }, where)).toEqual([{ key: '', measures: { usages: 0 } }]);
        expect(await ask({ by: { time: 'day' }, measures: usages }, where)).toEqual([]);
      });

      it.each(Object.entries(LABEL_CASES))('filters by labels: %s', async (operator, [labels, count]) => {
        const where = { actionLabels: { [operator]: labels } };
        const measures = { ...usages, some: { count: 'usages', where } } as const;
        expect(await ask({ by: 'all', measures: usages }, where)).toEqual([{ key: '', measures: { usages: count } }]);
        expect(await ask({ by: 'all', measures })).toEqual([{ key: '', measures: { usages: 6, some: count } }]);
      });

      it.each<[string, LabelFilter, number]>([
        ['several conditions', { allOf: ['web'], anyOf: ['view', 'download'], noneOf: ['download'] }, 5],
        ['no condition', {}, 6],
        ['an empty `allOf`', { allOf: [] }, 6],
        ['an empty `anyOf`', { anyOf: [] }, 0],
        ['an empty `noneOf`', { noneOf: [] }, 6],
      ])('filters by labels with %s', async (_what, actionLabels, count) => {
        const all = await ask({ by: 'all', measures: usages }, { actionLabels });
        expect(all).toEqual([{ key: '', measures: { usages: count } }]);
      });

      it.each(Object.entries(FILTER_CASES))('filters by %s', async (name, [value, count]) => {
        const all = await ask({ by: 'all', measures: usages }, { [name]: value });
        expect(all).toEqual([{ key: '', measures: { usages: count } }]);
      });

      it.each(Object.entries(MEASURE_FILTER_CASES))('filters a measure by %s', async (name, [value, count]) => {
        const measures = {
          usages: { count: 'usages', where: { [name]: value } as unknown as MeasureFilter },
        } as const;
        expect(await ask({ by: 'all', measures })).toEqual([{ key: '', measures: { usages: count } }]);
      });

      it('filters by several conditions at once', async () => {
        const where = { withinIri: iriOf('abc12'), actionLabels: { allOf: ['download'] }, itemPublic: true } as const;
        expect(await ask({ by: 'all', measures: usages }, where)).toEqual([{ key: '', measures: { usages: 1 } }]);
      });

      it('groups by day, week and month', async () => {
        const groups = async (time: 'day' | 'week' | 'month') =>
          ((await ask({ by: { time }, measures: usages })) ?? []).map(({ key, measures }) => [key, measures['usages']]);
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

      it('groups by a field, leaves out what lacks it, and orders by count and then by key', async () => {
        const hours = await ask({
          by: { field: 'pageview_info.hour_of_day' },
          measures: usages,
          orderBy: { measure: 'usages' },
        });
        expect(hours).toEqual([
          { key: '9', measures: { usages: 2 } },
          { key: '10', measures: { usages: 1 } },
        ]);
        const domains = await ask({ by: { field: 'pageview_info.referer_domain' }, measures: usages });
        expect(domains).toEqual([{ key: 'x.org', measures: { usages: 2 } }]);
        const items = await ask({
          by: { field: 'item_iri' },
          measures: usages,
          orderBy: { measure: 'usages' },
          limit: 2,
        });
        expect(items?.map(({ key }) => key)).toEqual([iriOf('abc12'), iriOf('file1')]);
      });

      it('names the most common value, the first of those that tie, null where there is none', async () => {
        const measures = { title: { mostCommon: 'pageview_info.page_title' } } as const;
        expect(await ask({ by: { field: 'pageview_info.page_path' }, measures })).toEqual([
          { key: '/abc12', measures: { title: 'A' } },
          { key: '/abc12/wiki', measures: { title: null } },
        ]);
      });

      it('measures under a condition of their own, and lists distinct values', async () => {
        const measures = {
          downloads: { count: 'usages', where: { actionLabels: { allOf: ['download'] } } },
          viewers: { count: 'session-hours', where: { actionLabels: { allOf: ['view'] } } },
          types: { values: 'item_type' },
          osfids: { values: 'item_osfid' },
        } as const;
        expect(await ask({ by: { field: 'item_iri', values: [iriOf('file1'), iriOf('other')] }, measures })).toEqual([
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
            (await ask({ by: { field: 'item_iri' }, measures: usages, limit: 1, after }, { itemPublic: true })) ?? []
          ).map(({ key }) => key);
        expect(await page()).toEqual([iriOf('abc12')]);
        expect(await page(iriOf('abc12'))).toEqual([iriOf('file1')]);
        expect(await page(iriOf('file1'))).toEqual([]);
      });

      it('counts a usage for each of the items asked for that it is within', async () => {
        const by = { withinIris: [iriOf('abc12'), iriOf('file1'), iriOf('nowhere')] };
        expect(await ask({ by, measures: usages })).toEqual([
          { key: iriOf('abc12'), measures: { usages: 5 } },
          { key: iriOf('file1'), measures: { usages: 2 } },
        ]);
      });

      it('answers several groupings at once', async () => {
        const answered = await answer({
          where: { withinIri: iriOf('abc12') },
          groupings: {
            days: { by: { time: 'day' }, measures: usages },
            paths: { by: { field: 'pageview_info.page_path' }, measures: usages },
          },
        });
        expect(answered['days']).toHaveLength(2);
        expect(answered['paths']).toHaveLength(2);
      });
    });

    describe('reports', () => {
      const find = async (query: ReportQuery): Promise<string[]> =>
        (await collect(repository.streamReports(ContractReport, query))).map(({ name }) => name);

      it('gives back every field of a report', async () => {
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

      it('has none of a type that was never saved', async () => {
        expect(await find({})).toEqual([]);
        expect(await repository.countReports(ContractReport, {})).toBe(0);
      });

      it('saves again in place of the report of the same cycle and unique fields', async () => {
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
        ['another text', [{ path: 'name', operator: 'ne', value: 'a' }], ['b', 'c']],
        ['a number', [{ path: 'size', operator: 'eq', value: 2 }], ['b']],
        ['another number, or none', [{ path: 'size', operator: 'ne', value: 2 }], ['a', 'c']],
        ['no value', [{ path: 'size', operator: 'eq', value: null }], ['c']],
        ['any value', [{ path: 'size', operator: 'ne', value: null }], ['a', 'b']],
        ['a field within', [{ path: 'inner.total', operator: 'eq', value: 7 }], ['c']],
        ['a value of a list', [{ path: 'tags', operator: 'eq', value: 'y' }], ['b']],
        ['no such value in a list', [{ path: 'tags', operator: 'ne', value: 'y' }], ['a', 'c']],
        ['an empty list', [{ path: 'tags', operator: 'eq', value: null }], ['a', 'c']],
        ['yes or no', [{ path: 'flag', operator: 'eq', value: false }], ['c']],
        ['an instant', [{ path: 'seen_at', operator: 'eq', value: '2026-01-01T00:00:00.000Z' }], ['a']],
        [
          'two things at once',
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

      it('pages by number and by cursor alike, missing values last, in either direction', async () => {
        const sizes = [3, null, 1, 1, 2, null, 3];
        await repository.saveReports(sizes.map((size, index) => aReport({ name: `r${index}`, size })));
        for (const descending of [false, true]) {
          const query = { sort: [{ path: 'size', descending }] };
          const everything = await collect(repository.streamReports(ContractReport, query));
          const ordered = everything.map(({ size }) => size);
          expect(ordered).toEqual(descending ? [3, 3, 2, 1, 1, null, null] : [1, 1, 2, 3, 3, null, null]);
          const byCursor: string[] = [];
          for (let afterId: string | undefined; ;) {
            const [next] = await collect(repository.streamReports(ContractReport, { ...query, limit: 1, afterId }));
            if (!next) break;
            byCursor.push(next.name);
            afterId = next.id;
          }
          expect(byCursor).toEqual(everything.map(({ name }) => name));
          expect(await find({ ...query, limit: 2, offset: 3 })).toEqual(byCursor.slice(3, 5));
        }
      });

      it('finds the latest report before a cycle of each value of a field', async () => {
        await repository.saveReports([
          aReport({ name: 'a', month: '2024-01', size: 1 }),
          aReport({ name: 'a', month: '2026-09', size: 2 }),
          aReport({ name: 'a', month: '2026-10', size: 3 }),
          aReport({ name: 'b', month: '2023-12', size: 4 }),
          aReport({ name: 'c', month: '2026-10', size: 5 }),
        ]);
        const latest = await repository.latestReports(
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
      it('gives back every field of an item, and the one saved last', async () => {
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

      it('counts the steps of each provider, the same step once', async () => {
        await repository.recordModerations([aStep({}), aStep({})]);
        await repository.recordModerations([
          aStep({}),
          aStep({ trigger: 'accept_submission', to_state: 'accepted', comment: 'fine' }),
          aStep({ trigger: 'accept_submission', to_state: 'embargo' }),
          aStep({ trigger: 'reject_submission', to_state: 'rejected' }),
          aStep({ trigger: 'accept_withdrawal', to_state: 'withdrawn' }),
          aStep({ provider_id: 'egap' }),
        ]);
        expect(await repository.summarizeModerations()).toEqual([
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

      it('gives the steps back in order of time, and those of a time range alone', async () => {
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
      it('keeps runs, those started last first', async () => {
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

      it('lends a lease to one holder until it expires or comes back', async () => {
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

      it('lends a lease once when many ask for it at the same time', async () => {
        const lease = {
          name: 'reporter',
          now: new Date('2026-11-24T12:00:00Z'),
          expiresAt: new Date('2026-11-24T12:05:00Z'),
        };
        const asked = Array.from({ length: 8 }, (_, index) =>
          repository.acquireLease({ ...lease, holder: `h${index}` }),
        );
        expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1);
      });
    });

    describe('session keys', () => {
      const candidate = (day: string) => ({
        date: CalendarDate.parse(day),
        secret: randomBytes(32),
        createdAt: new Date(`${day}T08:00:00Z`),
      });

      it('keeps the first key of a day, over a restart too, until it is deleted', async () => {
        const first = candidate('2026-11-24');
        expect(await repository.sessionKey(first)).toEqual(first);
        expect(await repository.sessionKey(candidate('2026-11-24'))).toEqual(first);
        repository = await opened.reopen();
        expect(await repository.sessionKey(candidate('2026-11-24'))).toEqual(first);
        await repository.sessionKey(candidate('2026-11-25'));
        await repository.deleteSessionKeys([first.date, CalendarDate.parse('2020-01-01')]);
        expect((await repository.listSessionKeys()).map(({ date }) => date.toString())).toEqual(['2026-11-25']);
        const second = candidate('2026-11-24');
        expect(await repository.sessionKey(second)).toEqual(second);
      });

      it('gives all who ask at the same time the same key', async () => {
        const keys = await Promise.all(Array.from({ length: 8 }, () => repository.sessionKey(candidate('2026-11-24'))));
        expect(new Set(keys.map(({ secret }) => secret.toString('hex'))).size).toBe(1);
      });
    });

    it('is healthy', async () => {
      await expect(repository.checkHealth()).resolves.toBeUndefined();
    });
  });
}
