import { planSearches } from './item-usage-searches.js';

const SESSIONS = { count: 'session-hours' } as const;

function items(count: number, usages: number, prefix = 'item'): { key: string; usages: number }[] {
  return Array.from({ length: count }, (_, index) => ({ key: `${prefix}${index}`, usages }));
}

describe('planSearches', () => {
  it('counts many small groups in one search', () => {
    expect(planSearches(items(5_000, 50), { SESSIONS }).map(({ keys }) => keys.length)).toEqual([5_000]);
  });

  it('counts few groups in one search when they are large, or have many counts', () => {
    const sizes = (measures: Parameters<typeof planSearches>[1]) =>
      planSearches(items(250, 40_000), measures).map(({ keys }) => keys.length);
    expect(sizes({ a: SESSIONS })).toEqual([250]);
    expect(sizes({ a: SESSIONS, b: SESSIONS })).toEqual([128, 122]);
  });

  it('counts every group once, and groups of similar size together', () => {
    const keys = [...items(1_000, 10, 'small'), ...items(300, 40_000, 'large')];
    const searches = planSearches(keys, { SESSIONS });
    expect(searches.map(({ maxSessionHours }) => maxSessionHours)).toEqual([40_000, 40_000, 10]);
    expect(searches.flatMap((search) => search.keys).sort()).toEqual(keys.map(({ key }) => key).sort());
  });

  it('keeps the number of buckets within the limit of Elasticsearch', () => {
    const values = { values: 'item_osfid' } as const;
    const searches = planSearches(items(5_000, 50), { a: values, b: values, c: values, d: values, e: values });
    expect(Math.max(...searches.map(({ keys }) => keys.length)) * 51).toBeLessThan(65_536);
  });
});
