import fc from 'fast-check';
import { CalendarDate } from './calendar-date.js';
import { periodAfter, periodsWithin } from './periods.js';

const date = fc.integer({ min: -200_000, max: 200_000 }).map((days) => CalendarDate.parse('2026-01-01').plusDays(days));
const range = fc
  .tuple(date, fc.integer({ min: 1, max: 500 }))
  .map(([start, days]) => ({ start, end: start.plusDays(days) }));
const bucket = fc.constantFrom('day' as const, 'week' as const, 'month' as const);

describe('periodsWithin', () => {
  it('covers the range without gaps, and contains no period outside of it', () => {
    fc.assert(
      fc.property(range, bucket, ({ start, end }, each) => {
        const periods = periodsWithin({ start, end }, each);
        const ends = periods.map((first) => periodAfter(first, each));
        expect(periods.slice(1).map(String)).toEqual(ends.slice(0, -1).map(String));
        const isWithin = periods.map((first, index) => {
          const after = ends[index] ?? first;
          return first.compare(end) < 0 && after.compare(start) > 0;
        });
        expect(isWithin).not.toContain(false);
        expect(periods[0]?.compare(start)).toBeLessThanOrEqual(0);
        expect(ends.at(-1)?.compare(end)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it.each([
    ['week', '2026-11-24', '2026-11-25', ['2026-11-23']],
    ['week', '2026-11-22', '2026-11-24', ['2026-11-16', '2026-11-23']],
    ['week', '2026-01-01', '2026-01-05', ['2025-12-29']],
    ['month', '2026-01-31', '2026-02-01', ['2026-01-01']],
    ['month', '2025-12-31', '2026-02-02', ['2025-12-01', '2026-01-01', '2026-02-01']],
    ['day', '2028-02-28', '2028-03-01', ['2028-02-28', '2028-02-29']],
    ['day', '2026-11-24', '2026-11-24', []],
    ['month', '2026-11-24', '2026-11-20', []],
  ] as const)('returns the first day of each %s from %s until %s: %j', (each, start, end, firsts) => {
    const periods = periodsWithin({ start: CalendarDate.parse(start), end: CalendarDate.parse(end) }, each);
    expect(periods.map(String)).toEqual(firsts);
  });
});
