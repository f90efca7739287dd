import fc from 'fast-check';
import { parseJson } from './parse-json.js';

describe('JSON that somebody sent', () => {
  it('is read as it is', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 10 }), (text) => {
        expect(parseJson(text, '')).toEqual({ value: JSON.parse(text) as unknown });
      }),
    );
  });

  it('has no halves of characters, wherever they stand', () => {
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

  it('may begin with a byte order mark', () => expect(parseJson('\ufeff1', '')).toEqual({ value: 1 }));

  it.each(['', '{', '{"a": 1,}', "{'a': 1}", 'NaN', '\u0000'])('is not %p', (text) => {
    expect(parseJson(text, '/3')).toEqual({ problems: [{ detail: 'is not JSON', source: { pointer: '/3' } }] });
  });

  it.each(['[', '{"a":'])('is refused when it is so deep that reading it would break: %p', (opening) => {
    const closing = opening === '[' ? ']' : '}';
    const nested = (depth: number): string => `${opening.repeat(depth)}1${closing.repeat(depth)}`;
    expect(parseJson(nested(20), '')).toHaveProperty('value');
    expect(parseJson(nested(21), '')).toHaveProperty('problems');
    expect(parseJson(nested(100_000), '')).toHaveProperty('problems');
  });
});
