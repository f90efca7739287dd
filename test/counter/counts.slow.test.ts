import fc from 'fast-check';
import type { ItemType } from '../../src/model/counted-auth-usage.js';
import type { UsageTraits } from '../support/builders.js';
import { record } from '../support/reporter-runs.js';
import { register } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';
import { type CounterReport51, getReport, type Performance51, processMonth } from './counter-client.js';

const MONTHS = ['2026-08', '2026-09', '2026-10'] as const;
const TYPES = { proj1: 'Project', file1: 'File', prep1: 'Preprint', agent: 'Agent' } as const satisfies Record<
  string,
  ItemType
>;
const DATA_TYPES = { proj1: 'Other', file1: 'Dataset', prep1: 'Article' };
type Item = keyof typeof TYPES;

interface Use {
  readonly item: Item | null;
  readonly month: (typeof MONTHS)[number];
  readonly day: number;
  readonly visitor: string;
  readonly action: 'view' | 'download' | 'search';
  readonly channel: 'web' | 'api';
}

const use: fc.Arbitrary<Use> = fc
  .record({
    item: fc.constantFrom<Item>('proj1', 'file1', 'prep1', 'agent'),
    month: fc.constantFrom(...MONTHS),
    day: fc.integer({ min: 1, max: 28 }),
    visitor: fc.constantFrom('a', 'b'),
    action: fc.constantFrom('view' as const, 'download' as const, 'search' as const),
    channel: fc.constantFrom('web' as const, 'api' as const),
  })
  .map((each) => (each.action === 'search' ? { ...each, item: null } : each));

const listOf = (...values: string[]): fc.Arbitrary<string | undefined> =>
  fc.option(
    fc.subarray(values, { minLength: 1 }).map((chosen) => chosen.join('|')),
    { nil: undefined },
  );
const parameters = fc.record({
  begin_date: fc.constantFrom(...MONTHS),
  metric_type: listOf('Total_Item_Investigations', 'Total_Item_Requests', 'Unique_Item_Investigations'),
  data_type: listOf('Article', 'Dataset', 'Other'),
  access_method: listOf('Regular', 'TDM'),
  attributes_to_show: listOf('Access_Method'),
});

/** Counts by data type, access method if shown, metric and month. */
type Counts = Record<string, number>;

function countNaively(uses: readonly Use[], asked: Record<string, string | undefined>, keyOfItem: boolean): Counts {
  const sets = new Map<string, Set<string>>();
  const allows = (name: string, value: string): boolean => asked[name]?.split('|').includes(value) ?? true;
  uses.forEach(({ item, month, day, visitor, action, channel }, index) => {
    if (item === 'agent' || month < (asked['begin_date'] ?? '')) return;
    const accessMethod = channel === 'api' ? 'TDM' : 'Regular';
    const dataType = item === null ? 'Platform' : DATA_TYPES[item];
    if (!allows('data_type', dataType) || !allows('access_method', accessMethod)) return;
    const add = (metric: string, element: string): void => {
      if (!allows('metric_type', metric)) return;
      const shown = asked['attributes_to_show'] === undefined ? '' : accessMethod;
      const key = [keyOfItem ? item : '', dataType, shown, metric, month].join(' ');
      sets.set(key, (sets.get(key) ?? new Set()).add(element));
    };
    // Sessions are distinct for each item and access method.
    const session = `${item} ${accessMethod} ${month}-${day} ${visitor}`;
    if (item === null) {
      if (!keyOfItem) add('Searches_Platform', String(index));
      return;
    }
    add('Total_Item_Investigations', String(index));
    add('Unique_Item_Investigations', session);
    if (action !== 'download') return;
    add('Total_Item_Requests', String(index));
    add('Unique_Item_Requests', session);
  });
  return Object.fromEntries([...sets].map(([key, elements]) => [key, elements.size]));
}

function countsOf({ Report_Items: items }: CounterReport51): Counts {
  const counts: Counts = {};
  const read = (item: string, performances: readonly Performance51[] = []): void => {
    for (const { Data_Type = '', Access_Method = '', Performance } of performances) {
      for (const [metric, months] of Object.entries(Performance)) {
        for (const [month, count] of Object.entries(months)) {
          counts[[item, Data_Type, Access_Method, metric, month].join(' ')] = count;
        }
      }
    }
  };
  for (const { Attribute_Performance, Items = [] } of items) {
    read('', Attribute_Performance);
    for (const { Item_ID, Attribute_Performance: performances } of Items) {
      read(Item_ID['Proprietary']?.slice('osf:'.length) ?? '', performances);
    }
  }
  return counts;
}

function toUsage({ item, month, day, visitor, action, channel }: Use, index: number): UsageTraits {
  const at = `${month}-${String(day).padStart(2, '0')}T10:00:00Z`;
  // Each usage has a page of its own, so that none is a double click.
  const page_url = `https://osf.io/${index}`;
  return {
    item,
    at,
    session: `${at} ${visitor}`,
    labels: [action, channel],
    page: { page_url, page_url_hash: String(index) },
    usage: { item_type: item === null ? null : TYPES[item] },
  };
}

describe('COUNTER reports of random usages', () => {
  it('have the figures of a naive count', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(use, { maxLength: 40 }),
        fc.array(parameters, { minLength: 4, maxLength: 4 }),
        async (uses, asked) => {
          const app = await TestApp.start();
          for (const [guid, item_type] of Object.entries(TYPES)) await register(app, guid, { item_type });
          await record(app, uses.map(toUsage));
          for (const month of MONTHS) await processMonth(app, month);
          for (const each of asked) {
            const sent = Object.entries(each).filter((entry): entry is [string, string] => entry[1] !== undefined);
            for (const report of ['pr', 'ir']) {
              const found = countsOf(await getReport(app, `r51/reports/${report}`, Object.fromEntries(sent)));
              expect([report, each, found]).toEqual([report, each, countNaively(uses, each, report === 'ir')]);
            }
          }
          await app.stop();
        },
      ),
      { numRuns: 8 },
    );
  }, 180_000);
});
