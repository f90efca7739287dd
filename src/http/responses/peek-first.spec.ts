import { Readable } from 'node:stream';
import { peekFirst } from './peek-first.js';

describe('peekFirst', () => {
  let ended: boolean;

  async function* numbers(): AsyncIterable<number> {
    try {
      for (const each of [1, 2, 3]) yield await Promise.resolve(each);
    } finally {
      ended = true;
    }
  }

  beforeEach(() => {
    ended = false;
  });

  it('returns all values', async () => {
    const all: number[] = [];
    for await (const each of (await peekFirst(numbers())).values) all.push(each);
    expect(all).toEqual([1, 2, 3]);
  });

  it('says whether there are values', async () => {
    expect((await peekFirst(numbers())).isEmpty).toBe(false);
    const empty = await peekFirst(Readable.from([]));
    expect(empty.isEmpty).toBe(true);
    for await (const each of empty.values) throw new Error(String(each));
  });

  it('ends the source when the consumer stops early', async () => {
    for await (const each of (await peekFirst(numbers())).values) if (each === 2) break;
    expect(ended).toBe(true);
    ended = false;
    await (await peekFirst(numbers())).values[Symbol.asyncIterator]().return?.();
    expect(ended).toBe(true);
  });
});
