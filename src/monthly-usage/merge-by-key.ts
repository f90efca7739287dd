interface Keyed {
  readonly key: string;
}

/** Elements of two sequences that have the same key; either is undefined where its sequence lacks the key. */
export interface KeyPair<A, B> {
  readonly key: string;
  readonly left: A | undefined;
  readonly right: B | undefined;
}

/** Joins two sequences that are in the order of their keys (by bytes), an element at a time. */
export async function* mergeByKey<A extends Keyed, B extends Keyed>(
  left: AsyncIterable<A>,
  right: AsyncIterable<B>,
): AsyncIterable<KeyPair<A, B>> {
  const [lefts, rights] = [left[Symbol.asyncIterator](), right[Symbol.asyncIterator]()];
  try {
    let [a, b] = [await lefts.next(), await rights.next()];
    while (!a.done || !b.done) {
      const order = a.done ? 1 : b.done ? -1 : compareKeys(a.value.key, b.value.key);
      const one = order <= 0 && !a.done ? a.value : undefined;
      const other = order >= 0 && !b.done ? b.value : undefined;
      yield { key: (one ?? other)?.key ?? '', left: one, right: other };
      if (one) a = await lefts.next();
      if (other) b = await rights.next();
    }
  } finally {
    await lefts.return?.();
    await rights.return?.();
  }
}

/** Both stores order text by its bytes in UTF-8. */
function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
