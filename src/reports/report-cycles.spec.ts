import fc from 'fast-check';
import { reportTypeOf } from '../model/report-type.js';
import { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';
import { DailyDownloadCountReport } from './daily/download-count.js';
import { MonthlyPublicItemUsageReport } from './monthly/public-item-usage.js';
import { cyclesWithin } from './report-cycles.js';

const DAILY = reportTypeOf(DailyDownloadCountReport);
const MONTHLY = reportTypeOf(MonthlyPublicItemUsageReport);
const FIRST = CalendarDate.parse('2024-01-01');
const anyDay = fc.integer({ min: 0, max: 1_000 }).map((days) => FIRST.plusDays(days));
const anyRange = fc
  .tuple(anyDay, anyDay)
  .map(([one, other]) => (one.compare(other) < 0 ? { start: one, end: other } : { start: other, end: one }));

describe('cyclesWithin', () => {
  it('returns the days from the start to the day before the end for daily reports', () => {
    fc.assert(
      fc.property(anyRange, anyDay, (range, today) => {
        const { first, last } = cyclesWithin(range, DAILY, today) ?? {};
        if (range.start.equals(range.end)) return expect(first).toBeUndefined();
        expect(first).toEqual(range.start);
        expect(last).toEqual(range.end.plusDays(-1));
      }),
    );
  });

  it('returns the months that overlap the range for monthly reports', () => {
    fc.assert(
      fc.property(anyRange, anyDay, (range, today) => {
        const { first, last } = cyclesWithin(range, MONTHLY, today) ?? {};
        const days = Array.from({ length: range.end.compare(range.start) }, (_, index) => range.start.plusDays(index));
        const months = days.map((day) => YearMonth.of(day).toString());
        expect([first?.toString(), last?.toString()]).toEqual([months[0], months.at(-1)]);
      }),
    );
  });

  it('ends with yesterday, or with the current month, for a range without an end', () => {
    const [start, today] = ['2026-09-30', '2026-11-01'].map((date) => CalendarDate.parse(date)) as [
      CalendarDate,
      CalendarDate,
    ];
    expect(cyclesWithin({ start }, DAILY, today)?.last.toString()).toBe('2026-10-31');
    expect(cyclesWithin({ start }, MONTHLY, today)?.last.toString()).toBe('2026-11');
  });
});
