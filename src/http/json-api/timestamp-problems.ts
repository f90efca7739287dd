import type { Problem } from './api-error.js';

/** How far the clock of a trusted client may be ahead of ours. */
const CLOCK_SKEW_MILLISECONDS = 60_000;

/** What is wrong with a timestamp that is given: nothing, unless it is in the future. */
export function problemsOfTimestamp(timestamp: Date | null | undefined, now: Date, pointer: string): Problem[] {
  if ((timestamp?.getTime() ?? 0) <= now.getTime() + CLOCK_SKEW_MILLISECONDS) return [];
  return [{ detail: 'timestamp is in the future', source: { pointer: `${pointer}/timestamp` } }];
}
