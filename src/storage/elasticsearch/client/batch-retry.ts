import { setTimeout as delay } from 'node:timers/promises';

/** The wait before each retry. */
const BACK_OFF_MILLISECONDS = [50, 200, 800, 2_000];

/**
 * Sends a batch, then sends the entries with a transient failure again, with increasing waits. The client itself retries
 * only requests that fail as a whole; single entries of a `_bulk` or `_mget` request fail within a successful response.
 *
 * @returns `N×` results in the order of the entries; an entry that fails to the end has its last result
 */
export async function sendBatchWithRetries<Entry, Result>(
  entries: readonly Entry[],
  send: (entries: readonly Entry[]) => Promise<readonly Result[]>,
  isTransientFailure: (result: Result) => boolean,
): Promise<Result[]> {
  const results = new Map<number, Result>();
  let pending = entries.map((_, position) => position);
  for (const wait of [0, ...BACK_OFF_MILLISECONDS]) {
    if (pending.length === 0) break;
    if (wait > 0) await delay(wait);
    const received = await send(pending.map((position) => entries[position] as Entry));
    pending.forEach((position, index) => results.set(position, received[index] as Result));
    pending = pending.filter((position) => isTransientFailure(results.get(position) as Result));
  }
  return entries.map((_, position) => results.get(position) as Result);
}
