import type { StoredClick } from '../double-click-plan.js';

const RETENTION_MILLISECONDS = 45_000;
const SWEEP_INTERVAL_MILLISECONDS = 15_000;

/** The click streaks of the last minute, in memory, so that recording rarely reads the file. */
export class ClickIndex {
  private readonly streaksOfKey = new Map<string, StoredClick<number>[]>();
  private sweptAt: number;

  /** @param now in milliseconds */
  constructor(now: number) {
    this.sweptAt = now;
  }

  /** The index has every stored streak that ended at or after this time, in milliseconds. */
  get completeSince(): number {
    return this.sweptAt - RETENTION_MILLISECONDS;
  }

  get(key: string): readonly StoredClick<number>[] {
    return this.streaksOfKey.get(key) ?? [];
  }

  /** Adds a streak, replacing that of the same usage. */
  set(streak: StoredClick<number>): void {
    this.streaksOfKey.set(streak.key, [...this.others(streak), streak]);
  }

  delete(streak: StoredClick<number>): void {
    this.replace(streak.key, this.others(streak));
  }

  /** Removes streaks that ended too long ago to matter. Does nothing if the last sweep was recent. */
  sweep(now: number): void {
    if (now - this.sweptAt < SWEEP_INTERVAL_MILLISECONDS) return;
    this.sweptAt = now;
    for (const [key, streaks] of this.streaksOfKey) {
      const recent = streaks.filter(({ last }) => last >= this.completeSince);
      this.replace(key, recent);
    }
  }

  private others({ key, usageId }: StoredClick<number>): StoredClick<number>[] {
    return this.get(key).filter((streak) => streak.usageId !== usageId);
  }

  private replace(key: string, streaks: StoredClick<number>[]): void {
    if (streaks.length === 0) this.streaksOfKey.delete(key);
    else this.streaksOfKey.set(key, streaks);
  }
}
