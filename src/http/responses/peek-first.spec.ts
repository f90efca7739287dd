import { peekFirst } from './peek-first.js';

describe('values whose first is taken at once', () => {
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

  it('are the same values', async () => {
    const all: number[] = [];
    for await (const each of await peekFirst(numbers())) all.push(each);
    expect(all).toEqual([1, 2, 3]);
  });

  it('tell their source when nobody wants the rest, so that it lets go of what it holds', async () => {
    for await (const each of await peekFirst(numbers())) if (each === 2) break;
    expect(ended).toBe(true);
    ended = false;
    await (await peekFirst(numbers()))[Symbol.asyncIterator]().return?.();
    expect(ended).toBe(true);
  });
});
