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
    [{ timeframe: 'previous_100_years' }, '1926-03-31 now'],
    [{ timeframeStart: '2026-01-01' }, '2026-01-01 now'],
    [{ timeframeStart: '2026-01-01', timeframeEnd: '2026-02-01' }, '2026-01-01 2026-02-01'],
    [{ start_date: '2026-03-31' }, '2026-03-31 now'],
    [{ start_date: '2027-01-01', end_date: '2027-01-01' }, '2027-01-01 2027-01-01'],
  ])('parses %j as %s', (query, expected) => expect(shown(query)).toBe(expected));

  it('starts the given number of days before today', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 1, max: 36_500 }), (today, days) => {
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
      fc.property(anyDay, fc.integer({ min: 1, max: 1_200 }), (today, months) => {
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
        anyDay,
        fc.constantFrom(['start_date', 'end_date'], ['timeframeStart', 'timeframeEnd']),
        (one, other, names) => {
          const [start = '', end = ''] = names;
          const query = { [start]: one.toString(), [end]: other.toString() };
          if (one.compare(other) <= 0) expect(shown(query)).toBe(`${one.toString()} ${other.toString()}`);
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
          expect(found === undefined).toBe(Object.keys(parameters).length === 0);
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
