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

  /** Whether a cycle may be run again. @param failedRuns its failed runs since its last success */
  isDue(failedRuns: readonly Run[]): boolean {
    const now = this.clock.monotonicMilliseconds();
    // Not their times of start: these say nothing after the clock was set back.
    const seenAt = failedRuns.map(({ id }) => this.noteSeen(id, now));
    const wait = Math.min(FIRST_WAIT_MILLISECONDS * 2 ** (failedRuns.length - 1), MAX_WAIT_MILLISECONDS);
    return seenAt.every((instant) => now - instant >= wait);
  }

  /** When the run was seen first. */
  private noteSeen(id: string, now: number): number {
    const seenAt = this.seenAt.get(id) ?? now;
    this.seenAt.set(id, seenAt);
    return seenAt;
  }
}
