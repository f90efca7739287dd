import fc from 'fast-check';
import { parseJson } from './parse-json.js';

describe('parseJson', () => {
  it('returns the value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 10 }), (text) => {
        expect(parseJson(text, '')).toEqual({ value: JSON.parse(text) as unknown });
      }),
    );
  });

  it('replaces lone surrogates at any depth', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary', maxDepth: 5 }), (text) => {
        const json = parseJson(`["\\ud800", ${text}]`, '');
        const texts: string[] = [];
        JSON.stringify('value' in json && json.value, (_name, value: unknown) => {
          if (typeof value === 'string') texts.push(value);
          return value;
        });
        expect(texts[0]).toBe('\ufffd');
        expect(texts.every((each) => each.isWellFormed())).toBe(true);
      }),
    );
  });

  it('ignores a byte order mark', () => expect(parseJson('\ufeff1', '')).toEqual({ value: 1 }));

  it.each(['', '{', '{"a": 1,}', "{'a': 1}", 'NaN', '\u0000'])('rejects %p', (text) => {
    expect(parseJson(text, '/3')).toEqual({ problems: [{ detail: 'is not JSON', source: { pointer: '/3' } }] });
  });

  it.each(['[', '{"a":'])('limits the depth of nested %p', (opening) => {
    const closing = opening === '[' ? ']' : '}';
    const nested = (depth: number): string => `${opening.repeat(depth)}1${closing.repeat(depth)}`;
    expect(parseJson(nested(20), '')).toHaveProperty('value');
    expect(parseJson(nested(21), '')).toHaveProperty('problems');
    expect(parseJson(nested(100_000), '')).toHaveProperty('problems');
  });
});
