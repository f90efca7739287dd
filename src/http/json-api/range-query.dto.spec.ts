import fc from 'fast-check';
import { CalendarDate } from '../../time/calendar-date.js';
import type { DateRange } from '../../time/date-range.js';
import { ApiError } from './api-error.js';
import { QueryDtoPipe } from './query-dto.pipe.js';
import { EnumParameter } from './query-parameter.decorators.js';
import { RANGE_PARAMETERS, RangeQuery } from './range-query.dto.js';

class FileRangeQuery extends RangeQuery {
  @EnumParameter('The format', ['csv'])
  format?: string;
}

function range(query: Record<string, string | string[]>, today = '2026-03-31'): DateRange | undefined {
  return new QueryDtoPipe(FileRangeQuery).transform(query).range(CalendarDate.parse(today));
}

function shown(query: Record<string, string>, today?: string): string | undefined {
  const { start, end } = range(query, today) ?? {};
  return start && `${start.toString()} ${end?.toString() ?? 'now'}`;
}

const anyDay = fc
  .date({ min: new Date('1000-01-01T00:00:00Z'), max: new Date('9000-12-31T00:00:00Z'), noInvalidDate: true })
  .map((instant) => CalendarDate.at(instant));

describe('RangeQuery', () => {
  it.each([
    [{}, undefined],
    [{ format: 'csv' }, undefined],
    [{ days_back: '1' }, '2026-03-30 now'],
    [{ days_back: '007' }, '2026-03-24 now'],
    [{ timeframe: 'previous_1_day' }, '2026-03-30 now'],
    [{ timeframe: 'previous_30_days' }, '2026-03-01 now'],
    [{ timeframe: 'previous_1_month' }, '2026-02-28 now'],
    [{ timeframe: 'previous_13_months' }, '2025-02-28 now'],
    [{ timeframe: 'previous_25_months' }, '2024-02-29 now'],
    [{ timeframe: 'previous_1_year' }, '2025-03-31 now'],
    [{ timeframe: 'previous_10_years' }, '2016-03-31 now'],
    [{ timeframe: 'previous_120_months' }, '2016-03-31 now'],
    [{ days_back: '3652' }, '2016-03-31 now'],
    [{ timeframeStart: '2026-01-01' }, '2026-01-01 now'],
    [{ timeframeStart: '2026-01-01', timeframeEnd: '2026-02-01' }, '2026-01-01 2026-02-01'],
    [{ start_date: '2026-03-31' }, '2026-03-31 now'],
    [{ start_date: '2027-01-01', end_date: '2027-01-01' }, '2027-01-01 2027-01-01'],
    [{ start_date: '1990-01-01', end_date: '2000-01-01' }, '1990-01-01 2000-01-01'],
    [{ days_back: '', timeframe: '', timeframeStart: '', timeframeEnd: '', start_date: '', end_date: '' }, undefined],
    [{ days_back: '1', start_date: '' }, '2026-03-30 now'],
    [{ start_date: '2026-03-01', end_date: '' }, '2026-03-01 now'],
    [{ start_date: '2026-03-01T23:59:59Z' }, '2026-03-01 now'],
    [{ start_date: '2026-03-01T00:30:00+01:00', end_date: '2026-03-30T23:30:00-01:00' }, '2026-02-28 2026-03-31'],
    [{ start_date: '2026-03-01T06:00:00Z', end_date: '2026-03-01T00:00:00Z' }, '2026-03-01 2026-03-01'],
  ])('parses %j as %s', (query, expected) => expect(shown(query)).toBe(expected));

  // What the OSF's admin dashboard sends for one day, in time zones that begin or end daylight saving on that day.
  it.each([
    ['2026-11-01', '2026-11-02T01:00:00.000Z', '2026-11-01 2026-11-02'],
    ['2026-03-08', '2026-03-08T23:00:00.000Z', '2026-03-08 2026-03-09'],
    ['2026-03-29', '2026-03-29T23:00:00.000Z', '2026-03-29 2026-03-30'],
    ['2026-10-25', '2026-10-26T01:00:00.000Z', '2026-10-25 2026-10-26'],
    ['2026-07-28', '2026-07-29', '2026-07-28 2026-07-29'],
  ])('parses one day of the admin dashboard, %s to %s, as that day', (timeframeStart, timeframeEnd, expected) => {
    expect(shown({ timeframeStart, timeframeEnd })).toBe(expected);
  });

  it.each([
    [{ days_back: '3653' }, 'days_back'],
    [{ days_back: '3654' }, 'days_back'],
    [{ timeframe: 'previous_11_years' }, 'timeframe'],
    [{ timeframe: 'previous_121_months' }, 'timeframe'],
    [{ timeframe: 'previous_3653_days' }, 'timeframe'],
    [{ start_date: '2016-03-30' }, 'start_date'],
    [{ start_date: '2000-01-01', end_date: '2010-01-02' }, 'start_date'],
    [{ timeframeStart: '2000-01-01T00:00:00Z', timeframeEnd: '2010-01-02' }, 'timeframeStart'],
    [{ start_date: '2026-03-01T12:00:00' }, 'start_date'],
    [{ start_date: '2026-02-29T12:00:00Z' }, 'start_date'],
  ])('rejects %j, which is longer than ten years or malformed, and names %s', (query, parameter) => {
    let thrown: unknown;
    try {
      range(query);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ problems: [{ source: { parameter } }] });
  });

  it('starts the given number of days before today', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 1, max: 3_650 }), (today, days) => {
        const queries: Record<string, string>[] = [{ days_back: String(days) }, { timeframe: `previous_${days}_days` }];
        for (const query of queries) {
          const { start, end } = range(query, today.toString()) ?? {};
          expect([start && today.compare(start), end]).toEqual([days, undefined]);
        }
      }),
    );
  });

  it('starts on the same day of an earlier month, or on the last day of a shorter month', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 1, max: 120 }), (today, months) => {
        const start = shown({ timeframe: `previous_${months}_months` }, today.toString())?.split(' ')[0] ?? '';
        const [[year, month, day], [ofYear, ofMonth, ofDay]] = [today.toString(), start].map((date) =>
          date.split('-').map(Number),
        ) as [[number, number, number], [number, number, number]];
        expect((year - ofYear) * 12 + month - ofMonth).toBe(months);
        const next = CalendarDate.parse(start).plusDays(1).toString();
        expect(ofDay === day || (ofDay < day && next.endsWith('-01'))).toBe(true);
      }),
    );
  });

  it('accepts a first day and an end that are in order', () => {
    fc.assert(
      fc.property(
        anyDay,
        fc.integer({ min: -3_650, max: 3_650 }),
        fc.constantFrom(['start_date', 'end_date'], ['timeframeStart', 'timeframeEnd']),
        (one, length, names) => {
          const other = one.plusDays(length);
          const [start = '', end = ''] = names;
          const query = { [start]: one.toString(), [end]: other.toString() };
          if (length >= 0) expect(shown(query)).toBe(`${one.toString()} ${other.toString()}`);
          else expect(() => range(query)).toThrow(ApiError);
        },
      ),
    );
  });

  it('returns a range, or an error that names a parameter of the request, for any input', () => {
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '1',
        '0',
        '-1',
        '1e3',
        '2026-03-01',
        '2026-02-29',
        '2026-03-01T12:00:00Z',
        '2026-03-01T25:00:00Z',
        '1016-03-01',
        'previous_1_day',
        'previous_9999999999999999_years',
        '９',
      ),
    );
    const query = fc.dictionary(
      fc.constantFrom(...RANGE_PARAMETERS),
      fc.oneof(value, fc.array(value, { minLength: 2, maxLength: 2 })),
      { maxKeys: 3 },
    );
    fc.assert(
      fc.property(query, (parameters) => {
        try {
          const found = range(parameters);
          expect(found === undefined).toBe(Object.values(parameters).every((text) => text === ''));
          expect(found?.end && found.start.compare(found.end) > 0).not.toBe(true);
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          expect(error.getStatus()).toBe(400);
          const source = error.problems[0]?.source ?? { parameter: '' };
          expect(Object.keys(parameters)).toContain('parameter' in source ? source.parameter : '');
        }
      }),
      { numRuns: 500 },
    );
  });
});
