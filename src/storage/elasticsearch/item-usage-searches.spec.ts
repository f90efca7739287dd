import { planSearches } from './item-usage-searches.js';

const SESSIONS = { count: 'session-hours' } as const;

function items(count: number, usages: number, prefix = 'item'): { iri: string; usages: number }[] {
  return Array.from({ length: count }, (_, index) => ({ iri: `${prefix}${index}`, usages }));
}

describe('planSearches', () => {
  it('counts many small groups in one search', () => {
    expect(planSearches(items(5_000, 50), { SESSIONS }).map(({ iris }) => iris.length)).toEqual([5_000]);
  });

  it('counts few groups in one search when they are large, or have many counts', () => {
    const sizes = (counts: Parameters<typeof planSearches>[1]) =>
      planSearches(items(250, 40_000), counts).map(({ iris }) => iris.length);
    expect(sizes({ a: SESSIONS })).toEqual([250]);
    expect(sizes({ a: SESSIONS, b: SESSIONS })).toEqual([128, 122]);
  });

  it('counts every group once, and groups of similar size together', () => {
    const all = [...items(1_000, 10, 'small'), ...items(300, 40_000, 'large')];
    const searches = planSearches(all, { SESSIONS });
    expect(searches.map(({ maxSessionHours }) => maxSessionHours)).toEqual([40_000, 40_000, 10]);
    expect(searches.flatMap(({ iris }) => iris).sort()).toEqual(all.map(({ iri }) => iri).sort());
  });

  it('keeps the number of buckets within the limit of Elasticsearch', () => {
    const counts = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [index, { count: 'usages' } as const]));
    const searches = planSearches(items(5_000, 50), counts);
    expect(Math.max(...searches.map(({ iris }) => iris.length)) * 21).toBeLessThan(65_536);
  });
});
