/** Values whose first one is already read. */
export interface PeekedValues<T> {
  readonly isEmpty: boolean;
  /** All values, including the first. */
  readonly values: AsyncIterable<T>;
}

/** Reads the first value now, so that an early error is thrown before the response starts. */
export async function peekFirst<T>(values: AsyncIterable<T>): Promise<PeekedValues<T>> {
  const iterator = values[Symbol.asyncIterator]();
  let first: IteratorResult<T> | undefined = await iterator.next();
  const isEmpty = first.done === true;
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
  return { isEmpty, values: { [Symbol.asyncIterator]: () => all } };
}
