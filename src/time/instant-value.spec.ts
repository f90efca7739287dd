import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { InstantValue } from './instant-value.js';

class Something {
  @InstantValue()
  at: Date;
}

const read = (at: unknown): Date | undefined => {
  const something = plainToInstance(Something, { at });
  return validateSync(something).length === 0 ? something.at : undefined;
};

describe('InstantValue', () => {
  it('parses RFC 3339 text', () => {
    const range = { min: new Date('1000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true };
    fc.assert(fc.property(fc.date(range), (instant) => expect(read(instant.toISOString())).toEqual(instant)));
  });

  it.each([
    ['2026-11-24T13:30:00+01:00', '2026-11-24T12:30:00.000Z'],
    ['2026-11-24t12:30:00z', '2026-11-24T12:30:00.000Z'],
    ['2026-11-24 12:30:00-00:00', '2026-11-24T12:30:00.000Z'],
    ['2026-12-31T23:59:60Z', '2026-12-31T23:59:59.000Z'],
    ['2026-11-24T12:30:00.123456+00:00', '2026-11-24T12:30:00.123Z'],
  ])('accepts %p', (text, instant) => expect(read(text)?.toISOString()).toBe(instant));

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-11-24T25:00:00Z',
    '2026-11-24T24:00:00Z',
    '2026-11-24T12:30Z',
    '2026-11-24T12:00:00+0100',
    '2026-11-24T12:00:00+24:00',
    'Tue, 24 Nov 2026 12:00:00 GMT',
    '2026-11-24T12:00:00',
    '2026-11-24',
    '0999-12-31T00:00:00Z',
    '9999-12-31T23:59:00-23:00',
    '1000-01-01T00:00:00+00:01',
    '-000001-01-01T00:00:00Z',
    '+275760-09-13T00:00:00Z',
    'now',
    '1',
    '',
    1_764_000_000,
    true,
    null,
    ['2026-11-24T12:00:00Z'],
  ])('rejects %p', (at) => expect(read(at)).toBeUndefined());
});
