import type { StoredClick } from '../double-click-plan.js';

const KEPT_MILLISECONDS = 45_000;
const SWEEP_MILLISECONDS = 15_000;

/** The runs of clicks of the last minute, so that recording need not look for them in the file. */
export class ClickIndex {
  private readonly clicksOfKey = new Map<string, StoredClick<number>[]>();
  private sweptAt: number;

  /** @param now in milliseconds */
  constructor(now: number) {
    this.sweptAt = now;
  }

  /** Every stored run that ended then or later is in the index. In milliseconds. */
  get completeSince(): number {
    return this.sweptAt - KEPT_MILLISECONDS;
  }

  get(key: string): readonly StoredClick<number>[] {
    return this.clicksOfKey.get(key) ?? [];
  }

  /** Adds the run, in place of what the index has of the same usage. */
  set(click: StoredClick<number>): void {
    this.clicksOfKey.set(click.key, [...this.others(click), click]);
  }

  delete(click: StoredClick<number>): void {
    this.keep(click.key, this.others(click));
  }

  /** Now and then forgets the runs that ended too long ago to matter. */
  sweep(now: number): void {
    if (now - this.sweptAt < SWEEP_MILLISECONDS) return;
    this.sweptAt = now;
    for (const [key, clicks] of this.clicksOfKey) {
      this.keep(
        key,
        clicks.filter(({ last }) => last >= this.completeSince),
      );
    }
  }

  private others({ key, usageId }: StoredClick<number>): StoredClick<number>[] {
    return this.get(key).filter((click) => click.usageId !== usageId);
  }

  private keep(key: string, clicks: StoredClick<number>[]): void {
    if (clicks.length === 0) this.clicksOfKey.delete(key);
    else this.clicksOfKey.set(key, clicks);
  }
}
