import { belongsToStreak, type ClickStreak, mergeStreaks } from '../model/double-click.js';

/** The id of a usage in the store. */
export type UsageId = number | string;

/** A stored usage, which is the last click of its streak. */
export interface StoredClick<Id extends UsageId> extends ClickStreak {
  readonly usageId: Id;
  readonly key: string;
}

/** A usage to record. It is stored if it is the last click of its streak. */
export interface NewClick<Usage, Id extends UsageId> {
  readonly usageId: Id;
  readonly usage: Usage;
  /** In milliseconds. */
  readonly time: number;
  readonly key: string;
  /** The keys of the visitor's clicks in the adjacent clock hours. May include `key`. */
  readonly adjacentKeys: readonly string[];
}

export type AddedClick<Usage, Id extends UsageId> = StoredClick<Id> & { readonly usage: Usage };

/** Plans how a batch of usages changes the store so that each click streak leaves one usage. */
export class DoubleClickPlan<Usage, Id extends UsageId> {
  /** Usages to insert, by id. */
  readonly added = new Map<Id, AddedClick<Usage, Id>>();
  /** Stored usages to delete because a later click replaces them, by id. */
  readonly deleted = new Map<Id, StoredClick<Id>>();
  /** Stored usages to update because their streak now begins earlier, by id. */
  readonly widened = new Map<Id, StoredClick<Id>>();
  private readonly streaksOfKey = new Map<string, readonly StoredClick<Id>[]>();

  /** @param stored returns the stored streaks of a key */
  constructor(private readonly stored: (key: string) => readonly StoredClick<Id>[]) {}

  add({ usageId, usage, time, key, adjacentKeys }: NewClick<Usage, Id>): void {
    const keys = new Set([key, ...adjacentKeys]);
    const streaks = [...keys].flatMap((each) => this.streaks(each)).filter((streak) => belongsToStreak(streak, time));
    const { first, last } = mergeStreaks(streaks, time);
    const latest = streaks.find((streak) => streak.last === last);
    for (const streak of streaks) this.remove(streak);
    if (latest) this.restore({ ...latest, first });
    else this.insert({ usageId, key, first, last, usage });
  }

  /** The usages to insert for a key. */
  addedOf(key: string): AddedClick<Usage, Id>[] {
    return this.streaks(key).flatMap(({ usageId }) => this.added.get(usageId) ?? []);
  }

  private streaks(key: string): readonly StoredClick<Id>[] {
    return this.streaksOfKey.get(key) ?? this.stored(key);
  }

  private insert(click: AddedClick<Usage, Id>): void {
    this.added.set(click.usageId, click);
    this.streaksOfKey.set(click.key, [...this.streaks(click.key), click]);
  }

  private remove(streak: StoredClick<Id>): void {
    const others = this.streaks(streak.key).filter(({ usageId }) => usageId !== streak.usageId);
    this.streaksOfKey.set(streak.key, others);
    this.widened.delete(streak.usageId);
    if (!this.added.delete(streak.usageId)) this.deleted.set(streak.usageId, streak);
  }

  /** Adds a removed streak again, which now begins earlier. */
  private restore(streak: StoredClick<Id>): void {
    if ('usage' in streak) return this.insert(streak as AddedClick<Usage, Id>);
    this.deleted.delete(streak.usageId);
    this.widened.set(streak.usageId, streak);
    this.streaksOfKey.set(streak.key, [...this.streaks(streak.key), streak]);
  }
}
