import type { Problem } from './api-error.js';
import type { Validated } from './validate.js';

/** The outcome of one resource of a batch, with the paths of the attributes that were ignored. */
export type BatchOutcome<Outcome> =
  | Outcome
  | (Outcome & { readonly ignored: readonly string[] })
  | { readonly status: 'rejected'; readonly errors: readonly Problem[] };

/** Processes `N×` valid values, and returns their `N×` outcomes. */
export type BatchHandler<T, Outcome> = (values: readonly T[]) => Promise<readonly Outcome[]>;

/** Processes the valid lines of a batch; an invalid line does not affect the others. Outcomes are in the order of lines. */
export async function processBatch<T, Outcome>(
  lines: readonly Validated<T>[],
  handle: BatchHandler<T, Outcome>,
): Promise<{ data: BatchOutcome<Outcome>[] }> {
  const values = lines.flatMap((line) => ('value' in line ? [line.value] : []));
  const outcomes = (await handle(values)).values();
  return {
    data: lines.map((line) => {
      if ('problems' in line) return { status: 'rejected', errors: line.problems };
      const outcome = outcomes.next().value as Outcome;
      return line.ignored?.length ? { ...outcome, ignored: line.ignored } : outcome;
    }),
  };
}

/** A handler that saves all values together, and reports the status for each. */
export function saveAll<T, Status extends string>(
  save: (values: readonly T[]) => Promise<void>,
  status: Status,
): BatchHandler<T, { readonly status: Status }> {
  return async (values) => {
    await save(values);
    return values.map(() => ({ status }));
  };
}
