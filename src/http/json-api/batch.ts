import type { Problem } from './api-error.js';
import { type Attributes, linesOf } from './resource.js';
import type { Validated } from './validated.js';

/** How many things a batch may hold. */
export const BATCH_LIMIT = 1_000;

/** The body of a request that gives many things of a kind. */
export interface Batch {
  readonly body: unknown;
  readonly contentType: string | undefined;
}

/** What a thing is read from, and what becomes of `N×` of those that are valid: `N×` outcomes. */
export interface BatchProcessor<T, Outcome> {
  readonly read: (line: Attributes) => Validated<T>;
  readonly take: (values: readonly T[]) => Promise<readonly Outcome[]>;
}

/** What became of one thing of a batch. */
export type BatchOutcome<Outcome> = Outcome | { readonly status: 'rejected'; readonly errors: readonly Problem[] };

/**
 * Takes up to 1,000 things, of which a bad one does not spoil the others.
 *
 * @throws ApiError 400 when the body is no list, or has more; whatever taking them throws
 */
export async function processBatch<T, Outcome>(
  { body, contentType }: Batch,
  { read, take }: BatchProcessor<T, Outcome>,
): Promise<{ data: BatchOutcome<Outcome>[] }> {
  const things = linesOf(body, contentType, BATCH_LIMIT).map((line) => ('problems' in line ? line : read(line)));
  const outcomes = (await take(things.flatMap((thing) => ('value' in thing ? [thing.value] : [])))).values();
  return {
    data: things.map((thing) =>
      'value' in thing ? (outcomes.next().value as Outcome) : { status: 'rejected', errors: thing.problems },
    ),
  };
}

/** For `take`: saves all values together, after which each has the status. */
export function savesAll<T, Status extends string>(
  save: (values: readonly T[]) => Promise<void>,
  status: Status,
): BatchProcessor<T, { readonly status: Status }>['take'] {
  return async (values) => {
    await save(values);
    return values.map(() => ({ status }));
  };
}
