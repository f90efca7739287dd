import fc from 'fast-check';
import { parseJson } from './parse-json.js';

const UNSAFE_NAMES = ['__proto__', 'constructor', 'prototype'];

describe('parseJson', () => {
  it('returns the value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 10 }), (text) => {
        const value = JSON.parse(text, (name, inner: unknown) =>
          UNSAFE_NAMES.includes(name) ? undefined : inner,
        ) as unknown;
        expect(parseJson(Buffer.from(text), '')).toEqual({ value });
      }),
    );
  });

  it('replaces lone surrogates at any depth', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary', maxDepth: 5 }), (text) => {
        const json = parseJson(Buffer.from(`["\\ud800", ${text}]`), '');
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

  it('ignores a byte order mark', () => expect(parseJson(Buffer.from('\ufeff1'), '')).toEqual({ value: 1 }));

  it.each(['', '{', '{"a": 1,}', "{'a': 1}", 'NaN', '\u0000'])('rejects %p', (text) => {
    expect(parseJson(Buffer.from(text), '/3')).toEqual({
      problems: [{ detail: 'is not JSON', source: { pointer: '/3' } }],
    });
  });

  it.each(['[', '{"a":'])('limits the depth of nested %p', (opening) => {
    const closing = opening === '[' ? ']' : '}';
    const nested = (depth: number): string => `${opening.repeat(depth)}1${closing.repeat(depth)}`;
    expect(parseJson(Buffer.from(nested(20)), '')).toHaveProperty('value');
    expect(parseJson(Buffer.from(nested(21)), '')).toHaveProperty('problems');
    expect(parseJson(Buffer.from(nested(100_000)), '')).toHaveProperty('problems');
  });

  it('drops properties by which code reaches the class of an object, also when their names are escaped', () => {
    const text =
      '{"a": {"__proto__": 1, "const\\u0072uctor": {"prototype": 2}, "prototype": 3, "b": 4}, "constructor": []}';
    expect(parseJson(Buffer.from(text), '')).toEqual({ value: { a: { b: 4 } } });
  });

  it('rejects bytes that are not UTF-8', () => {
    const bytes = Buffer.from([0x22, 0xe9, 0x22]);
    expect(parseJson(bytes, '/3')).toEqual({ problems: [{ detail: 'is not UTF-8', source: { pointer: '/3' } }] });
  });
});
