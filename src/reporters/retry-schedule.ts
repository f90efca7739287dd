import type { Run } from '../model/run.js';
import type { Clock } from '../time/clock.js';

const FIRST_WAIT_MILLISECONDS = 1_800_000;
const MAX_WAIT_MILLISECONDS = 6 * 3_600_000;

/**
 * When cycles whose runs have failed are run again: half an hour after the first failed run, and twice as long after each
 * further one, up to six hours. Every instance waits from when it first sees the failed run, by its monotonic clock.
 */
export class RetrySchedule {
  /** By the id of the failed run. */
  private readonly seenAt = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /** Whether a cycle may be run again. @param failedRuns its failed runs since its last success, the latest first */
  isDue(failedRuns: readonly Run[]): boolean {
    const [latest, ...earlier] = failedRuns;
    if (!latest) return true;
    const now = this.clock.monotonicMilliseconds();
    for (const { id } of earlier) this.seenAt.delete(id);
    const seenAt = this.seenAt.get(latest.id) ?? now;
    this.seenAt.set(latest.id, seenAt);
    return now - seenAt >= Math.min(FIRST_WAIT_MILLISECONDS * 2 ** earlier.length, MAX_WAIT_MILLISECONDS);
  }
}
