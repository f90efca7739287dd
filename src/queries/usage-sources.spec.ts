import fc from 'fast-check';
import { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';
import { sourcesOf } from './usage-sources.js';

const day = fc.integer({ min: 0, max: 500 }).map((days) => CalendarDate.parse('2025-06-15').plusDays(days));
const range = fc.tuple(day, day).map(([a, b]) => (a.compare(b) < 0 ? { start: a, end: b } : { start: b, end: a }));
const month = fc.integer({ min: 0, max: 18 }).map((months) => YearMonth.parse('2025-06').plusMonths(months));

function daysOf(start: Date, end: Date): string[] {
  const days: string[] = [];
  for (let each = CalendarDate.at(start); each.start() < end; each = each.plusDays(1)) days.push(each.toString());
  return days;
}

describe('sourcesOf', () => {
  it('covers each day of the range once, and reads no stale or partial month from the aggregate', () => {
    fc.assert(
      fc.property(range, fc.array(month), (days, stale) => {
        const { months, times } = sourcesOf(days, stale);
        const covered = [
          ...months.flatMap((each) => daysOf(each.start(), each.end())),
          ...times.flatMap(({ start, end }) => (start && end ? daysOf(start, end) : [])),
        ];
        expect(covered.sort()).toEqual(daysOf(days.start.start(), days.end.start()));
        expect(months.filter((each) => stale.some((other) => other.equals(each)))).toEqual([]);
      }),
    );
  });

  it('reads every other whole month from the aggregate', () => {
    const { months, times } = sourcesOf(
      { start: CalendarDate.parse('2026-07-15'), end: CalendarDate.parse('2026-11-10') },
      [YearMonth.parse('2026-11')],
    );
    expect(months.map(String)).toEqual(['2026-08', '2026-09', '2026-10']);
    expect(times).toEqual([
      { start: new Date('2026-07-15'), end: new Date('2026-08-01') },
      { start: new Date('2026-11-01'), end: new Date('2026-11-10') },
    ]);
  });
});
