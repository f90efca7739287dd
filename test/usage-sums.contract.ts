import './support/property-seed.js';
import fc from 'fast-check';
import type { CountedAuthUsage, ItemType } from '../src/model/counted-auth-usage.js';
import { MonthlyItemUsage, UsageCounts } from '../src/model/monthly-item-usage.js';
import type { MetricsRepository } from '../src/storage/metrics.repository.js';
import type { UsageSum, UsageSumQuery } from '../src/storage/usage-sum-query.js';
import { CalendarDate } from '../src/time/calendar-date.js';
import { periodsWithin } from '../src/time/periods.js';
import { YearMonth } from '../src/time/year-month.js';
import type { OpenRepository } from './repository.contract.js';
import { aUsage, iriOf } from './support/builders.js';

const ITEMS = Array.from({ length: 12 }, (_, number) => ({
  guid: `item${String(number).padStart(2, '0')}`,
  provider_id: ['osf', 'egap', 'socarxiv'][number % 3] ?? '',
  // Some items have no type.
  item_type: (['Project', 'File', 'Preprint', 'Registration'] as const)[number % 5] ?? null,
}));
const FIRST_DAY = CalendarDate.parse('2026-08-20');
const DAYS = 90;
const MONTHS = ['2026-09', '2026-10'].map((name) => YearMonth.parse(name));

const day = fc.integer({ min: 0, max: DAYS }).map((days) => FIRST_DAY.plusDays(days));
const drawnUsage = fc.record({
  item: fc.constantFrom(...ITEMS),
  day,
  hour: fc.integer({ min: 0, max: 23 }),
  visitor: fc.integer({ min: 0, max: 3 }),
  labels: fc.constantFrom<CountedAuthUsage['action_labels'][]>(
    ['view', 'web'],
    ['download', 'web'],
    ['api', 'download', 'view'],
    ['search'],
  ),
  isPublic: fc.integer({ min: 0, max: 9 }).map((number) => number > 0),
});
type DrawnUsage = typeof drawnUsage extends fc.Arbitrary<infer Usage> ? Usage : never;

const filter = fc.record(
  {
    providers: fc.subarray(['osf', 'egap', 'other'], { minLength: 1 }),
    itemTypes: fc.subarray(['File', 'Preprint', 'Agent'] as ItemType[], { minLength: 1 }),
  },
  { requiredKeys: [] },
);
const range = fc.tuple(day, day).map(([a, b]) => (a.compare(b) < 0 ? { start: a, end: b } : { start: b, end: a }));
const source = fc.oneof(
  range.map(({ start, end }) => ({ months: [], times: [{ start: start.start(), end: end.start() }] })),
  fc.constant({
    months: MONTHS,
    times: [
      { start: FIRST_DAY.start(), end: new Date('2026-09-01') },
      { start: new Date('2026-11-01'), end: new Date('2026-11-24') },
    ],
  }),
);
const query = fc
  .tuple(source, filter, fc.constantFrom('all', 'provider_id', 'item_type', 'item_iri'), fc.nat({ max: 3 }))
  .map(([sources, filters, by, unit]): UsageSumQuery => {
    const buckets = sources.months.length === 0 ? (['day', 'week', 'month'] as const) : (['month'] as const);
    const itemIris = by === 'item_iri' ? ITEMS.slice(0, 5).map(({ guid }) => iriOf(guid)) : undefined;
    return { ...sources, ...filters, by: by, itemIris, bucket: buckets[unit] };
  });

function toUsage({ item, day, hour, visitor, labels, isPublic }: DrawnUsage, index: number): CountedAuthUsage {
  // Each at another second, far enough apart that none is a double click.
  const at = new Date(day.start().getTime() + hour * 3_600_000 + (index % 60) * 60_000);
  const { guid, ...usage } = item;
  const session = `${day.toString()} ${hour} ${visitor}`;
  return aUsage({
    at,
    item: guid,
    session,
    labels,
    usage: { ...usage, item_public: isPublic },
  });
}

const hasLabel = (label: 'view' | 'download') => (usage: CountedAuthUsage) => usage.action_labels.includes(label);
const distinct = (values: readonly string[]): number => new Set(values).size;

function countsOf(usages: readonly CountedAuthUsage[]): Omit<UsageSum, 'key' | 'date'> {
  const pairs = (counted: readonly CountedAuthUsage[]) =>
    distinct(counted.map((usage) => `${usage.item_iri} ${usage.sessionhour_id}`));
  const [views, downloads] = [usages.filter(hasLabel('view')), usages.filter(hasLabel('download'))];
  return {
    view_count: views.length,
    view_session_count: pairs(views),
    download_count: downloads.length,
    download_session_count: pairs(downloads),
    item_count: distinct([...views, ...downloads].map((usage) => String(usage.item_iri))),
  };
}

/** The sums by a recount of the usages, also for the months that the query reads from the aggregate. */
function recount(usages: readonly CountedAuthUsage[], query: UsageSumQuery): UsageSum[] {
  const { months, times, by, bucket, providers, itemTypes, itemIris } = query;
  const ranges = [...times, ...months.map((month) => ({ start: month.start(), end: month.end() }))];
  const groups = new Map<string, CountedAuthUsage[]>();
  for (const usage of usages) {
    const isWithin = ranges.some(({ start, end }) => start && end && start <= usage.timestamp && usage.timestamp < end);
    const isSelected =
      providers?.includes(usage.provider_id) !== false &&
      (!itemTypes || (usage.item_type !== null && itemTypes.includes(usage.item_type))) &&
      itemIris?.includes(String(usage.item_iri)) !== false;
    const isUsed = usage.item_public && (hasLabel('view')(usage) || hasLabel('download')(usage));
    const key = by === 'all' ? '' : usage[by];
    if (!isWithin || !isSelected || !isUsed || key === null) continue;
    const today = CalendarDate.at(usage.timestamp);
    const date = bucket ? String(periodsWithin({ start: today, end: today.plusDays(1) }, bucket)[0]) : null;
    const name = JSON.stringify([key, date]);
    groups.set(name, [...(groups.get(name) ?? []), usage]);
  }
  return [...groups]
    .map(([name, group]): UsageSum => {
      const [key, date] = JSON.parse(name) as [string, string | null];
      return { key, date, ...countsOf(group) };
    })
    .sort((a, b) => (a.key + String(a.date) < b.key + String(b.date) ? -1 : 1));
}

/** The monthly aggregate of the usages. */
function recordsOf(usages: readonly CountedAuthUsage[]): MonthlyItemUsage[] {
  return MONTHS.flatMap((month) =>
    ITEMS.flatMap(({ guid, provider_id, item_type }) => {
      const own = usages.filter(
        (usage) => usage.item_public && usage.item_osfid === guid && YearMonth.at(usage.timestamp).equals(month),
      );
      if (own.length === 0) return [];
      const { item_count: _, ...counted } = countsOf(own);
      const none = Object.fromEntries(Object.keys(new UsageCounts()).map((name) => [name, 0]));
      const total = Object.assign(new UsageCounts(), none, counted);
      return MonthlyItemUsage.of({
        month,
        item_iri: iriOf(guid),
        item_osfids: [guid],
        item_types: item_type === null ? [] : [item_type],
        platform_iris: ['https://osf.io/'],
        database_iris: [],
        provider_ids: [provider_id],
        total,
        regular: total,
        tdm: total,
        imported: null,
        imported_versions: null,
        opening: null,
      });
    }),
  );
}

/** What every store does for sums of public usage over usages and the monthly aggregate. */
export function describeUsageSums(
  name: string,
  open: () => Promise<OpenRepository>,
  describeStore: (name: string, tests: () => void) => void = describe,
): void {
  describeStore(name, () => {
    let opened: OpenRepository;
    let repository: MetricsRepository;
    const [drawn = []] = fc.sample(fc.array(drawnUsage, { minLength: 400, maxLength: 400 }), { numRuns: 1, seed: 7 });
    const usages = drawn.map(toUsage);

    beforeAll(async () => {
      opened = await open();
      repository = opened.repository;
      await repository.recordUsages(usages.map((usage) => ({ usage, adjacentSessions: [] })));
      await repository.saveMonthlyUsage(recordsOf(usages));
      await repository.refresh();
    });

    afterAll(async () => {
      await opened.close();
    });

    it('sums public usage as a recount does', async () => {
      const property = fc.asyncProperty(query, async (each) => {
        expect(await repository.sumUsage(each)).toEqual(recount(usages, each));
      });
      await fc.assert(property, { numRuns: 150 });
    }, 120_000);

    it('leaves out the number of items', async () => {
      const property = fc.asyncProperty(query, async (each) => {
        const expected = recount(usages, each).map((sum) => ({ ...sum, item_count: 0 }));
        expect(await repository.sumUsage({ ...each, omitsItemCount: true })).toEqual(expected);
      });
      await fc.assert(property, { numRuns: 40 });
    }, 120_000);

    it('ranks items by views or downloads, a page at a time', async () => {
      const property = fc.asyncProperty(
        source,
        filter,
        fc.constantFrom('view_count' as const, 'download_count' as const),
        fc.nat({ max: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (sources, filters, orderBy, offset, limit) => {
          const sums = recount(usages, { ...sources, ...filters, by: 'item_iri' });
          const ranked = sums.toSorted((a, b) => b[orderBy] - a[orderBy]);
          const ranking = await repository.rankItems({ ...sources, ...filters, orderBy, offset, limit });
          expect(ranking.items.map(({ item_iri }) => item_iri)).toEqual(
            ranked.slice(offset, offset + limit).map(({ key }) => key),
          );
          if (ranking.items.length > 0) expect(ranking.total).toBe(sums.length);
        },
      );
      await fc.assert(property, { numRuns: 60 });
    }, 120_000);

    it('counts a monthly record with two providers for each of them, and once in all', async () => {
      const [month] = MONTHS;
      const [record] = recordsOf(usages);
      if (!month || !record) throw new Error('no records');
      const item_iri = iriOf('moved');
      await repository.saveMonthlyUsage([
        MonthlyItemUsage.of({ ...record, item_iri, provider_ids: ['egap', 'socarxiv'] }),
      ]);
      await repository.refresh();
      const of = { months: [month], times: [], itemIris: [item_iri] };
      const byProvider = await repository.sumUsage({ ...of, by: 'provider_id' });
      expect(byProvider.map(({ key, item_count }) => [key, item_count])).toEqual([
        ['egap', 1],
        ['socarxiv', 1],
      ]);
      expect((await repository.sumUsage({ ...of, by: 'all' })).map(({ item_count }) => item_count)).toEqual([1]);
      const ofOne = await repository.sumUsage({ ...of, by: 'provider_id', providers: ['egap'] });
      expect(ofOne.map(({ key }) => key)).toEqual(['egap']);
      await repository.removeMonthlyUsage(month, [item_iri]);
      await repository.refresh();
    });
  });
}
