import fc from 'fast-check';
import { CalendarDate } from './calendar-date.js';
import { YearMonth } from './year-month.js';

const anyInstant = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9998-12-31T00:00:00Z'),
  noInvalidDate: true,
});

describe('CalendarDate', () => {
  it.each(['2026-02-29', '2026-13-01', '2026-1-1', '2026-01-32', '0000-01-01', '', 'now', '2026-01-01T00:00:00Z'])(
    'rejects %p',
    (text) => expect(() => CalendarDate.parse(text)).toThrow(RangeError),
  );

  it('parses its own text, and contains the instant it was created from', () => {
    fc.assert(
      fc.property(anyInstant, (instant) => {
        const date = CalendarDate.at(instant);
        expect(CalendarDate.parse(date.toString()).equals(date)).toBe(true);
        expect(date.start() <= instant && instant < date.end()).toBe(true);
      }),
    );
  });

  it('adds and compares days', () => {
    expect(CalendarDate.parse('2028-02-28').plusDays(2).toString()).toBe('2028-03-01');
    expect(CalendarDate.parse('2026-03-01').compare(CalendarDate.parse('2026-02-01'))).toBe(28);
  });
});

describe('YearMonth', () => {
  it.each(['2026-00', '2026-13', '2026', '2026-1', '0000-01', ''])('rejects %p', (text) =>
    expect(() => YearMonth.parse(text)).toThrow(RangeError),
  );

  it('parses its own text, and contains the instant it was created from', () => {
    fc.assert(
      fc.property(anyInstant, (instant) => {
        const month = YearMonth.at(instant);
        expect(YearMonth.parse(month.toString()).equals(month)).toBe(true);
        expect(month.start() <= instant && instant < month.end()).toBe(true);
      }),
    );
  });

  it('adds months across years', () => {
    expect(YearMonth.parse('2026-12').plusMonths(1).toString()).toBe('2027-01');
    expect(YearMonth.parse('2026-01').plusMonths(-1).toString()).toBe('2025-12');
  });
});
