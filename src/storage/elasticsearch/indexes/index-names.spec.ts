import { IndexNames } from './index-names.js';

const names = new IndexNames('m');
const now = new Date('2026-11-24T12:00:00Z');
const months = (start?: string, end?: string): string[] =>
  names
    .usagesWithin({ start: start ? new Date(start) : undefined, end: end ? new Date(end) : undefined }, now)
    .map((name) => name.replace('m-usages-', ''));

describe('IndexNames', () => {
  it.each<[string, string | undefined, string | undefined, string[]]>([
    ['one month', '2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z', ['2026-10']],
    ['one millisecond into the next month', '2026-10-01T00:00:00Z', '2026-11-01T00:00:00.001Z', ['2026-10', '2026-11']],
    ['the turn of a year', '2025-12-31T00:00:00Z', '2026-01-02T00:00:00Z', ['2025-12', '2026-01']],
    ['no end', '2026-10-24T00:00:00Z', undefined, ['2026-10', '2026-11']],
    ['an end in the future', '2026-11-01T00:00:00Z', '2027-11-01T00:00:00Z', ['2026-11']],
    ['the day before yesterday', '2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z', ['2026-11']],
    ['no start', undefined, '2026-11-01T00:00:00Z', ['*']],
    ['too many months to name', '2020-01-01T00:00:00Z', undefined, ['*']],
  ])('names the indexes of usages within a time range: %s', (_what, start, end, expected) => {
    expect(months(start, end)).toEqual(expected);
  });

  it('includes usages from a client whose clock is ahead', () => {
    const endOfMonth = new Date('2026-11-30T23:59:30Z');
    expect(names.usagesWithin({ start: new Date('2026-11-30T00:00:00Z') }, endOfMonth)).toEqual([
      'm-usages-2026-11',
      'm-usages-2026-12',
    ]);
  });

  it('parses the month of an index of usages, and of no other index', () => {
    expect(names.monthOf('m-usages-2026-11')?.toString()).toBe('2026-11');
    expect(names.monthOf('m-usages-2026-11-copy')).toBeUndefined();
    expect(names.monthOf('other-m-usages-2026-11')).toBeUndefined();
    expect(names.monthOf('m-items')).toBeUndefined();
  });
});
