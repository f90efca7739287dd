/** Reads the first value now, so that an early error is thrown before the response starts. Returns all values. */
export async function peekFirst<T>(values: AsyncIterable<T>): Promise<AsyncIterable<T>> {
  const iterator = values[Symbol.asyncIterator]();
  let first: IteratorResult<T> | undefined = await iterator.next();
  const all: AsyncIterator<T> = {
    async next() {
      const next = first ?? (await iterator.next());
      first = undefined;
      return next;
    },
    async return() {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => all };
}
