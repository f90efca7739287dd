import { fieldsOf } from '../src/fields/field-declaration.js';
import { MonthlyItemUsage, UsageCounts } from '../src/model/monthly-item-usage.js';
import { isUpToDate, type UsageMonth } from '../src/model/usage-month.js';
import type { MetricsRepository } from '../src/storage/metrics.repository.js';
import type { MonthlyUsagePage } from '../src/storage/monthly-usage-query.js';
import { YearMonth } from '../src/time/year-month.js';
import type { OpenRepository } from './repository.contract.js';
import { iriOf, toRecord, type UsageTraits } from './support/builders.js';
import { collect } from './support/collect.js';

/** What every store does for the monthly aggregate. */
export function describeMonthlyUsage(
  name: string,
  open: () => Promise<OpenRepository>,
  describeStore: (name: string, tests: () => void) => void = describe,
): void {
  describeStore(name, () => {
    let opened: OpenRepository;
    let repository: MetricsRepository;

    beforeEach(async () => {
      opened = await open();
      repository = opened.repository;
    });

    afterEach(async () => {
      await opened.close();
    });

    async function recordAll(usages: Parameters<MetricsRepository['recordUsages']>[0]): Promise<void> {
      const outcomes = await repository.recordUsages(usages);
      expect(outcomes.filter(({ status }) => status !== 'recorded')).toEqual([]);
    }

    async function record(...usages: readonly UsageTraits[]): Promise<void> {
      await recordAll(usages.map((traits) => toRecord(traits)));
    }

    describe('usage by item', () => {
      const measures = {
        views: { count: 'usages', where: { actionLabels: { allOf: ['view'] } } },
        sessions: { count: 'session-hours', where: { actionLabels: { anyOf: ['view', 'download'] } } },
      } as const;
      const usageBy = async (by: 'item_iri' | 'within_iris', more = {}) => {
        const groups = repository.streamItemUsage({
          where: { itemPublic: true },
          by,
          measures: { ...measures, ...more },
        });
        return (await collect(groups)).map((group) => [group.key, ...Object.values(group.measures)]);
      };

      beforeEach(async () => {
        await record(
          { item: 'file1', within: ['comp1', 'proj1'], at: '2026-11-01T12:00:00Z', session: 'a' },
          { item: 'file1', within: ['comp1', 'proj1'], at: '2026-11-01T12:10:00Z', session: 'a', labels: ['download'] },
          { item: 'comp1', within: ['proj1'], at: '2026-11-01T12:00:00Z', session: 'b' },
          { item: 'proj1', at: '2026-11-01T12:00:00Z', session: 'b', usage: { provider_id: 'egap' } },
          { item: 'proj1', at: '2026-11-01T12:20:00Z', session: 'c', usage: { item_public: false } },
          { item: null, at: '2026-11-01T12:00:00Z', session: 'd', labels: ['search'] },
        );
        await repository.refresh();
      });

      it('counts each usage for its own item, in the order of IRIs', async () => {
        expect(await usageBy('item_iri')).toEqual([
          [iriOf('comp1'), 1, 1],
          [iriOf('file1'), 1, 1],
          [iriOf('proj1'), 1, 1],
        ]);
      });

      it('counts each usage for every item that it is within', async () => {
        expect(await usageBy('within_iris')).toEqual([
          [iriOf('comp1'), 2, 2],
          [iriOf('file1'), 1, 1],
          [iriOf('proj1'), 3, 2],
        ]);
      });

      it('returns the distinct values of fields', async () => {
        const groups = await usageBy('item_iri', { providers: { values: 'provider_id' } });
        expect(groups.map(([key, , , providers]) => [key, providers])).toEqual([
          [iriOf('comp1'), ['osf']],
          [iriOf('file1'), ['osf']],
          [iriOf('proj1'), ['egap']],
        ]);
      });

      it('counts items with many usages and items with few', async () => {
        const many = Array.from({ length: 1_500 }, (_, index) => `visitor ${index}`);
        await record(...many.map((session) => ({ item: 'file1', within: ['comp1', 'proj1'], session })));
        await repository.refresh();
        expect(await usageBy('within_iris')).toEqual([
          [iriOf('comp1'), 1_502, 1_502],
          [iriOf('file1'), 1_501, 1_501],
          [iriOf('proj1'), 1_503, 1_502],
        ]);
      });

      it('streams more items than fit on a page', async () => {
        const many = Array.from({ length: 2_500 }, (_, index) => `item${String(index).padStart(5, '0')}`);
        await record(...many.map((item) => ({ item, at: '2026-10-01T12:00:00Z', session: item })));
        await repository.refresh();
        const time = { start: new Date('2026-10-01T00:00:00Z'), end: new Date('2026-11-01T00:00:00Z') };
        const groups = await collect(repository.streamItemUsage({ where: { time }, by: 'within_iris', measures }));
        expect(groups.map(({ key }) => key)).toEqual(many.map(iriOf));
      });
    });

    describe('months with usages', () => {
      const months = async () =>
        (await repository.listUsageMonths()).map((month) => `${month.month.toString()} ${isUpToDate(month)}`);
      const build = async (month: UsageMonth, builtAt = '2026-11-24T12:00:00Z') =>
        await repository.saveUsageMonthBuild({
          month: month.month,
          changeId: month.change_id,
          builtAt: new Date(builtAt),
        });

      it('lists them, the oldest first, also after a restart', async () => {
        await record({ at: '2026-11-10T12:00:00Z' }, { at: '2024-02-10T12:00:00Z' }, { at: '2026-10-10T12:00:00Z' });
        expect(await months()).toEqual(['2024-02 false', '2026-10 false', '2026-11 false']);
        repository = await opened.reopen();
        expect(await months()).toEqual(['2024-02 false', '2026-10 false', '2026-11 false']);
      });

      it('marks a closed month as changed when a usage of it is stored', async () => {
        await record({ at: '2026-10-10T12:00:00Z' });
        for (const month of await repository.listUsageMonths()) await build(month);
        expect(await months()).toEqual(['2026-10 true']);
        await record({ at: '2026-10-11T12:00:00Z' });
        expect(await months()).toEqual(['2026-10 false']);
      });

      it('marks the month of a usage that is replaced as a double click', async () => {
        const september = { id: 'september', instant: new Date('2026-09-30T23:30:00Z'), pageUrlHash: null };
        await record({ at: '2026-09-30T23:59:50Z', session: 'september' });
        for (const month of await repository.listUsageMonths()) await build(month);
        await recordAll([toRecord({ at: '2026-10-01T00:00:05Z', session: 'october' }, [september])]);
        expect(await months()).toEqual(['2026-09 false', '2026-10 false']);
      });

      it('keeps a change that arrives during a build', async () => {
        await record({ at: '2026-10-10T12:00:00Z' });
        const before = await repository.listUsageMonths();
        await record({ at: '2026-10-11T12:00:00Z' });
        for (const month of before) await build(month);
        expect(await months()).toEqual(['2026-10 false']);
      });

      it('does not count a build that started before the month ended', async () => {
        await record({ at: '2026-11-10T12:00:00Z' });
        for (const month of await repository.listUsageMonths()) await build(month);
        expect(await months()).toEqual(['2026-11 false']);
      });

      it('marks months on request', async () => {
        await record({ at: '2026-10-10T12:00:00Z' });
        for (const month of await repository.listUsageMonths()) await build(month);
        expect(await months()).toEqual(['2026-10 true']);
        await repository.markUsageMonths([YearMonth.parse('2026-10'), YearMonth.parse('2026-08')]);
        expect(await months()).toEqual(['2026-08 false', '2026-10 false']);
      });
    });

    describe('the monthly aggregate', () => {
      const counts = (count: number) =>
        Object.fromEntries(
          fieldsOf(UsageCounts).map(({ name }, index) => [name, count + index]),
        ) as unknown as UsageCounts;
      const aRecord = (item: string, month: string, fields: Partial<MonthlyItemUsage> = {}) =>
        MonthlyItemUsage.of({
          month: YearMonth.parse(month),
          item_iri: iriOf(item),
          item_osfids: [item],
          item_types: ['Project'],
          platform_iris: ['https://osf.io/'],
          database_iris: [],
          provider_ids: ['osf'],
          total: counts(10),
          regular: counts(20),
          tdm: counts(30),
          imported: null,
          imported_versions: null,
          opening: null,
          ...fields,
        });
      const imported = { view_count: 1, view_session_count: 2, download_count: 3, download_session_count: 4 };
      const names = (records: readonly MonthlyItemUsage[]) =>
        records.map(({ item_iri, month }) => `${item_iri.slice(-5)} ${month.toString()}`);

      it('returns every field of a record', async () => {
        const records = [aRecord('abc12', '2026-09'), aRecord('abc12', '2026-10', { imported, opening: imported })];
        await repository.saveMonthlyUsage(records);
        expect(JSON.stringify(await repository.findMonthlyUsage({}))).toBe(JSON.stringify(records));
      });

      it('replaces the record of the same month and item', async () => {
        await repository.saveMonthlyUsage([aRecord('abc12', '2026-10'), aRecord('abc12', '2026-09')]);
        await repository.saveMonthlyUsage([aRecord('abc12', '2026-10', { provider_ids: ['egap'] })]);
        const found = await repository.findMonthlyUsage({});
        expect(found.map(({ provider_ids }) => provider_ids)).toEqual([['osf'], ['egap']]);
      });

      it('finds records by item, month, import and opening, a page at a time', async () => {
        await repository.saveMonthlyUsage([
          aRecord('item2', '2026-10', { imported }),
          aRecord('item1', '2026-10'),
          aRecord('item1', '2026-09', { imported, opening: imported }),
        ]);
        const month = YearMonth.parse('2026-10');
        const find = async (page: MonthlyUsagePage) => names(await repository.findMonthlyUsage(page));
        expect(await find({})).toEqual(['item1 2026-09', 'item1 2026-10', 'item2 2026-10']);
        expect(await find({ month })).toEqual(['item1 2026-10', 'item2 2026-10']);
        expect(await find({ month, limit: 1 })).toEqual(['item1 2026-10']);
        expect(await find({ month, afterItemIri: iriOf('item1') })).toEqual(['item2 2026-10']);
        expect(await find({ itemIris: [iriOf('item1')] })).toEqual(['item1 2026-09', 'item1 2026-10']);
        expect(await find({ itemIris: [iriOf('item1'), iriOf('item2')], until: month.plusMonths(-1) })).toEqual([
          'item1 2026-09',
        ]);
        expect(await find({ isImported: true })).toEqual(['item1 2026-09', 'item2 2026-10']);
        expect(await find({ hasOpening: true })).toEqual(['item1 2026-09']);
        expect(await find({ itemIris: [] })).toEqual([]);
      });

      it('sums the counts of items', async () => {
        await repository.saveMonthlyUsage([
          aRecord('item1', '2026-09'),
          aRecord('item1', '2026-10'),
          aRecord('item2', '2026-10'),
        ]);
        const until = YearMonth.parse('2026-10');
        const sums = await repository.sumMonthlyUsage({ itemIris: [iriOf('item1'), iriOf('item3')], until });
        expect([...sums].map(([iri, sum]) => [iri, { ...sum }])).toEqual([
          [iriOf('item1'), Object.fromEntries(Object.entries(counts(10)).map(([name, count]) => [name, 2 * count]))],
        ]);
      });

      it('removes the records of items of a month', async () => {
        await repository.saveMonthlyUsage([aRecord('item1', '2026-09'), aRecord('item1', '2026-10')]);
        await repository.removeMonthlyUsage(YearMonth.parse('2026-10'), [iriOf('item1'), iriOf('item2')]);
        expect(names(await repository.findMonthlyUsage({}))).toEqual(['item1 2026-09']);
      });
    });
  });
}
