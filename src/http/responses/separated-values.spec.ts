import { text } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { type Cell, DELIMITERS, escapeFormula, writeSeparatedValues } from './separated-values.js';

async function* each<T>(values: readonly T[]): AsyncIterable<T> {
  for (const value of values) yield await Promise.resolve(value);
}

const anyDelimiter = fc.constantFrom(...Object.values(DELIMITERS));
const hostileText = fc.string({
  unit: fc.constantFrom(
    '=',
    '+',
    '-',
    '@',
    '\t',
    '\r',
    '\n',
    ' ',
    '"',
    ',',
    ';',
    '＝',
    '1',
    'é',
    '🜁',
    '\u0000',
    '\uFEFF',
  ),
});
const anyCell: fc.Arbitrary<Cell> = fc.oneof(
  hostileText,
  fc.string({ unit: 'grapheme' }),
  fc.maxSafeInteger(),
  fc.boolean(),
  fc.constant(null),
);

describe('writeSeparatedValues', () => {
  it('writes values that parse back to the same values, with formulas escaped', async () => {
    const table = fc
      .integer({ min: 1, max: 5 })
      .chain((width) => fc.array(fc.array(anyCell, { minLength: width, maxLength: width }), { maxLength: 5 }));
    await fc.assert(
      fc.asyncProperty(table, anyDelimiter, async (rows, delimiter) => {
        const columns = (rows[0] ?? ['only']).map((_, index) => `column ${index}`);
        const file = await text(writeSeparatedValues({ columns, rows: each(rows) }, delimiter));
        const expected = rows.map((row) =>
          row.map((cell) => (typeof cell === 'string' ? escapeFormula(cell) : String(cell ?? ''))),
        );
        expect(parse(file, { delimiter, record_delimiter: '\r\n' })).toEqual([columns, ...expected]);
        expect(file.endsWith('\r\n')).toBe(true);
      }),
    );
  });

  it('quotes cells with a delimiter of any locale', async () => {
    const file = await text(writeSeparatedValues({ columns: ['a'], rows: each([['1;2'], ['1,2'], ['1\t2']]) }, '\t'));
    expect(file).toBe('a\r\n"1;2"\r\n"1,2"\r\n"1\t2"\r\n');
  });

  it('quotes every lone line feed or carriage return', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, anyDelimiter, async (cell, delimiter) => {
        const file = await text(writeSeparatedValues({ columns: ['a'], rows: each([[cell]]) }, delimiter));
        expect(file.replaceAll(/"(?:[^"]|"")*"/g, '').replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      }),
    );
  });

  it('applies backpressure', async () => {
    let taken = 0;
    async function* rows(): AsyncIterable<readonly Cell[]> {
      for (; taken < 10_000; taken++) yield await Promise.resolve(['x'.repeat(1_000)]);
    }
    const file = writeSeparatedValues({ columns: ['a'], rows: rows() }, ',');
    const reader = file[Symbol.asyncIterator]();
    await reader.next();
    for (let turn = 0; turn < 1_000; turn++) await new Promise(setImmediate);
    expect(taken).toBeLessThan(500);
    let bytes = 0;
    for await (const chunk of file) bytes += (chunk as Buffer).length;
    expect(taken).toBe(10_000);
    expect(bytes).toBeGreaterThan(9_000_000);
  });

  it('ends the source when the reader stops early', async () => {
    let closed = false;
    async function* rows(): AsyncIterable<readonly Cell[]> {
      try {
        for (;;) yield await Promise.resolve(['x'.repeat(1_000)]);
      } finally {
        closed = true;
      }
    }
    const file = writeSeparatedValues({ columns: ['a'], rows: rows() }, ',');
    for await (const _ of file) break;
    for (let turn = 0; turn < 1_000 && !closed; turn++) await new Promise(setImmediate);
    expect(closed).toBe(true);
  });

  it('fails when its rows fail', async () => {
    async function* rows(): AsyncIterable<readonly Cell[]> {
      yield await Promise.resolve([1]);
      throw new Error('no more');
    }
    await expect(text(writeSeparatedValues({ columns: ['a'], rows: rows() }, ','))).rejects.toThrow('no more');
  });
});

describe('escapeFormula', () => {
  it.each([
    '=1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\nx',
    '\tx',
    ' =1',
    '\uFEFF=1',
    '\u200B=1',
    '\u0000=1',
    '＝1',
    '＋1',
    '－1',
    '＠1',
    '\u00A0-1',
  ])('escapes %j', (cell) => expect(escapeFormula(cell)).toBe(`'${cell}`));

  it('escapes formulas after a list separator', () => {
    expect(escapeFormula('!osf;=HYPERLINK("x");a; +1;b')).toBe(`!osf;'=HYPERLINK("x");a;' +1;b`);
  });

  it.each(['', 'a=1', '1-2', 'a@example.org', "'=1", ' x', 'https://osf.io/abc12', '[{"a":1}]', '2026-11-24', '"=1"'])(
    'does not escape %j',
    (cell) => expect(escapeFormula(cell)).toBe(cell),
  );
});
