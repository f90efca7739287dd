import type { ClickStreak } from '../../model/double-click.js';
import { shortHash } from '../../model/short-hash.js';
import type { StoredClick } from '../double-click-plan.js';

const RETENTION_MILLISECONDS = 45_000;
const PERIOD_MILLISECONDS = 15_000;

type Streak = ClickStreak & Pick<StoredClick<number>, 'usageId'>;

/**
 * The click streaks of the last minute, in memory, so that recording rarely reads the file. Those that end in the same period
 * have a map of their own, which is dropped as a whole. Streaks of one key are more than a period apart, or they would be one
 * streak, so that a map has at most one of them. Hashes of keys take half the memory of the keys.
 */
export class ClickIndex {
  private readonly streaksOfPeriod = new Map<number, Map<string, Streak>>();
  private firstPeriod: number;

  /** @param now in milliseconds */
  constructor(now: number) {
    this.firstPeriod = periodOf(now - RETENTION_MILLISECONDS);
  }

  /** The index has every stored streak that ended at or after this time, in milliseconds. */
  get completeSince(): number {
    return this.firstPeriod * PERIOD_MILLISECONDS;
  }

  get(key: string): readonly StoredClick<number>[] {
    const hash = shortHash(key);
    const found: StoredClick<number>[] = [];
    for (const streaks of this.streaksOfPeriod.values()) {
      const streak = streaks.get(hash);
      if (streak) found.push({ key, ...streak });
    }
    return found;
  }

  /** Adds a streak, replacing that of the same usage. */
  set({ key, usageId, first, last }: StoredClick<number>): void {
    const period = periodOf(last);
    const streaks = this.streaksOfPeriod.get(period) ?? new Map<string, Streak>();
    this.streaksOfPeriod.set(period, streaks.set(shortHash(key), { usageId, first, last }));
  }

  delete({ key, usageId, last }: StoredClick<number>): void {
    const streaks = this.streaksOfPeriod.get(periodOf(last));
    const hash = shortHash(key);
    if (streaks?.get(hash)?.usageId === usageId) streaks.delete(hash);
  }

  /** Removes streaks that ended too long ago to matter. */
  sweep(now: number): void {
    this.firstPeriod = Math.max(this.firstPeriod, periodOf(now - RETENTION_MILLISECONDS));
    for (const period of this.streaksOfPeriod.keys()) {
      if (period < this.firstPeriod) this.streaksOfPeriod.delete(period);
    }
  }
}

function periodOf(time: number): number {
  return Math.floor(time / PERIOD_MILLISECONDS);
}
