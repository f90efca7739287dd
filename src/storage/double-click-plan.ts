import { type ClickStreak, joined, joins } from '../model/double-click.js';

/** What a store calls a usage. */
export type UsageId = number | string;

/** A usage that stands for a run of clicks. */
export interface StoredClick<Id extends UsageId> extends ClickStreak {
  readonly usageId: Id;
  readonly key: string;
}

/** A usage that is to be stored if it turns out to be the last of its run. */
export interface NewClick<Usage, Id extends UsageId> {
  readonly usageId: Id;
  readonly usage: Usage;
  /** In milliseconds. */
  readonly time: number;
  readonly key: string;
  /** The keys under which the same visitor's clicks of the clock hours beside stand; `key` itself may be one of them. */
  readonly adjacentKeys: readonly string[];
}

export type AddedClick<Usage, Id extends UsageId> = StoredClick<Id> & { readonly usage: Usage };

/** Works out what a batch of usages changes: which are stored, and what becomes of the stored ones that they join. */
export class DoubleClickPlan<Usage, Id extends UsageId> {
  /** New usages, by their id. */
  readonly added = new Map<Id, AddedClick<Usage, Id>>();
  /** Stored usages that are no longer the last of their run, by their id. */
  readonly deleted = new Map<Id, StoredClick<Id>>();
  /** Stored usages whose run now begins earlier, by their id. */
  readonly widened = new Map<Id, StoredClick<Id>>();
  private readonly runsOfKey = new Map<string, readonly StoredClick<Id>[]>();

  /** @param stored the runs that are stored under a key */
  constructor(private readonly stored: (key: string) => readonly StoredClick<Id>[]) {}

  add({ usageId, usage, time, key, adjacentKeys }: NewClick<Usage, Id>): void {
    const keys = new Set([key, ...adjacentKeys]);
    const runs = [...keys].flatMap((each) => this.runs(each)).filter((run) => joins(run, time));
    const { first, last } = joined(runs, time);
    const kept = runs.find((run) => run.last === last);
    for (const run of runs) this.remove(run);
    if (!kept) this.put({ usageId, key, first, last, usage });
    else this.restore({ ...kept, first });
  }

  /** The new usages of one key. */
  addedOf(key: string): AddedClick<Usage, Id>[] {
    return this.runs(key).flatMap(({ usageId }) => this.added.get(usageId) ?? []);
  }

  private runs(key: string): readonly StoredClick<Id>[] {
    return this.runsOfKey.get(key) ?? this.stored(key);
  }

  private put(click: AddedClick<Usage, Id>): void {
    this.added.set(click.usageId, click);
    this.runsOfKey.set(click.key, [...this.runs(click.key), click]);
  }

  private remove(run: StoredClick<Id>): void {
    const others = this.runs(run.key).filter(({ usageId }) => usageId !== run.usageId);
    this.runsOfKey.set(run.key, others);
    this.widened.delete(run.usageId);
    if (!this.added.delete(run.usageId)) this.deleted.set(run.usageId, run);
  }

  /** Puts back a run that was taken out, and that begins earlier now. */
  private restore(run: StoredClick<Id>): void {
    if ('usage' in run) return this.put(run as AddedClick<Usage, Id>);
    this.deleted.delete(run.usageId);
    this.widened.set(run.usageId, run);
    this.runsOfKey.set(run.key, [...this.runs(run.key), run]);
  }
}
