import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { writeJsonDocument } from './json-stream.js';

async function* each<T>(values: readonly T[]): AsyncIterable<T> {
  for (const value of values) yield await Promise.resolve(value);
}

describe('writeJsonDocument', () => {
  it('writes the document', async () => {
    const members = fc.record({ meta: fc.object(), links: fc.object() }, { requiredKeys: [] });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.object(), { maxLength: 4 }), members, async (data, rest) => {
        const document = await text(writeJsonDocument({ data: each(data), ...rest }));
        expect(document).toBe(JSON.stringify({ data, ...rest }));
      }),
    );
  });

  it('applies backpressure', async () => {
    let taken = 0;
    async function* data(): AsyncIterable<object> {
      for (; taken < 10_000; taken++) yield await Promise.resolve({ text: 'x'.repeat(1_000) });
    }
    const stream = writeJsonDocument({ data: data() });
    const reader = stream[Symbol.asyncIterator]();
    await reader.next();
    for (let turn = 0; turn < 1_000; turn++) await new Promise(setImmediate);
    expect(taken).toBeLessThan(500);
    await text(stream);
    expect(taken).toBe(10_000);
  });

  it('fails when its data fails', async () => {
    async function* data(): AsyncIterable<object> {
      yield await Promise.resolve({});
      throw new Error('no more');
    }
    await expect(text(writeJsonDocument({ data: data() }))).rejects.toThrow('no more');
  });
});
