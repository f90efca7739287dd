import type { Problem } from './api-error.js';
import { type Attributes, linesOf } from './resource.js';
import type { Validated } from './validated.js';

const BATCH_LIMIT = 1_000;

/** The body of a request that gives many things of a kind. */
export interface Batch {
  readonly body: unknown;
  readonly contentType: string | undefined;
}

/** What becomes of each: what a thing is read from, what is done with those that are valid, and what that is called. */
export interface BatchTaker<T, Status extends string> {
  readonly read: (line: Attributes) => Validated<T>;
  readonly take: (values: readonly T[]) => Promise<void>;
  readonly status: Status;
}

/** What became of one thing of a batch. */
export type BatchOutcome<Status extends string> =
  { readonly status: Status } | { readonly status: 'rejected'; readonly errors: readonly Problem[] };

/**
 * Takes up to 1,000 things, of which a bad one does not spoil the others.
 *
 * @throws ApiError 400 when the body is no list, or has more; whatever taking them throws
 */
export async function takeBatch<T, Status extends string>(
  { body, contentType }: Batch,
  { read, take, status }: BatchTaker<T, Status>,
): Promise<{ data: BatchOutcome<Status>[] }> {
  const things = linesOf(body, contentType, BATCH_LIMIT).map((line) => ('problems' in line ? line : read(line)));
  await take(things.flatMap((thing) => ('value' in thing ? [thing.value] : [])));
  return {
    data: things.map((thing) => ('value' in thing ? { status } : { status: 'rejected', errors: thing.problems })),
  };
}
