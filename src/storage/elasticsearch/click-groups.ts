import type { CountedAuthUsage } from '../../model/counted-auth-usage.js';
import type { ClickStreak } from '../../model/double-click.js';
import { shortHash } from '../../model/short-hash.js';
import type { DoubleClickPlan, NewClick, StoredClick } from '../double-click-plan.js';
import type { BulkOperation, Version } from './client/bulk.js';
import type { Cluster } from './client/cluster.js';
import { multiGet } from './client/multi-get.js';
import type { UsageDocument } from './indexes/usage-document.js';

const SLOTS_PER_READ = 4;

/**
 * The stored usages of one click key, each in a numbered slot. A slot is a document; its id derives from the key and the
 * number. Slot 0 is the lock of the group: a writer that changes other slots then replaces slot 0 on the condition that
 * its version is unchanged. When two writers change a group at the same time, one gets a conflict, reads the group again
 * and sees the changes of the other.
 */
export interface ClickGroup {
  readonly key: string;
  readonly index: string;
  readonly slots: ReadonlyMap<number, StoredUsage>;
}

export interface StoredUsage {
  readonly document: UsageDocument;
  readonly version: Version;
}

/**
 * The changes of a group, in the order in which they are written. A crash in between may leave a usage stored twice, which
 * the next write to the group corrects, but never loses one.
 */
export interface GroupChange {
  /** Writes usages to slots other than 0. */
  readonly siblings: readonly BulkOperation[];
  /** Writes slot 0, with a new usage or only to lock the group. */
  readonly head: readonly BulkOperation[];
  /** Copies the usage of another slot to slot 0, whose own usage has been merged into a streak of another group. */
  readonly moves: readonly BulkOperation[];
  /** Deletes usages that are now stored in another slot or group. */
  readonly deletions: readonly BulkOperation[];
}

/** Reads groups in their current state, not as searches see them. @param indexOfKey the index of each group, by its key */
export async function readGroups(
  cluster: Cluster,
  indexOfKey: ReadonlyMap<string, string>,
): Promise<Map<string, ClickGroup>> {
  const slotsOfKey = new Map([...indexOfKey.keys()].map((key) => [key, new Map<number, StoredUsage>()]));
  let pending = [...indexOfKey.keys()];
  for (let first = 0; pending.length > 0; first += SLOTS_PER_READ) {
    const wanted = pending.flatMap((key) =>
      Array.from({ length: SLOTS_PER_READ }, (_, offset) => ({ key, slot: first + offset })),
    );
    const found = await readSlots(cluster, wanted, indexOfKey);
    wanted.forEach(({ key, slot }, index) => {
      const usage = found[index];
      if (usage) slotsOfKey.get(key)?.set(slot, usage);
    });
    const next = first + SLOTS_PER_READ;
    pending = pending.filter((key) => mayHaveSlot(next, slotsOfKey.get(key) as ClickGroup['slots']));
  }
  return new Map(
    [...indexOfKey].map(([key, index]) => [key, { key, index, slots: slotsOfKey.get(key) as ClickGroup['slots'] }]),
  );
}

/** The click streaks of the group, for a `DoubleClickPlan`. The id of a usage is that of its slot. */
export function storedStreaks({ key, slots }: ClickGroup): StoredClick<string>[] {
  return [...slots].map(([slot, { document }]) => {
    const last = new Date(document.timestamp).getTime();
    return { usageId: slotId(key, slot), key, first: last - document.click_span_ms, last };
  });
}

/** The stored usages as clicks. Adding them to a plan again merges streaks that an interrupted write left unmerged. */
export function storedUsagesAsClicks(group: ClickGroup): NewClick<CountedAuthUsage, string>[] {
  const usages = [...group.slots.values()];
  return storedStreaks(group).map(({ usageId, key, last }, index) => {
    const { document: usage } = usages[index] as StoredUsage;
    return { usageId, usage, time: last, key, adjacentKeys: [] };
  });
}

/**
 * Compiles the plan to changes of the group. Without a difference between them there are no changes.
 *
 * @param mustWriteHead whether an earlier attempt changed other slots without replacing slot 0
 */
export function planGroupChange(
  group: ClickGroup,
  plan: DoubleClickPlan<CountedAuthUsage, string>,
  mustWriteHead: boolean,
): GroupChange {
  const { key, slots } = group;
  const removed = new Set([...slots.keys()].filter((slot) => plan.deleted.has(slotId(key, slot))));
  const highest = Math.max(0, slots.get(0)?.document.click_slots ?? 0, ...slots.keys());
  const written = new Map(extendedUsages(group, plan));
  let next = highest + 1;
  for (const { usage, ...streak } of plan.addedOf(key)) {
    // Replaces a usage of the same streak. Those in other slots stay until the new usage is stored.
    const replaced = [...removed].find((slot) => includes(streak, slots.get(slot) as StoredUsage));
    const slot = replaced ?? (slots.has(0) || written.has(0) ? next++ : 0);
    removed.delete(slot);
    written.set(slot, { ...usage, click_span_ms: spanOf(streak) });
  }
  const click_slots = Math.max(highest, ...written.keys()) || undefined;
  const operation = (slot: number, document?: UsageDocument): BulkOperation => ({
    index: group.index,
    id: slotId(key, slot),
    document: document && (slot === 0 ? { ...document, click_slots } : document),
    version: slots.get(slot)?.version,
  });

  const head = written.get(0) ?? (mustWriteHead || written.size > 0 ? slots.get(0)?.document : undefined);
  written.delete(0);
  // A group with usages must have one in slot 0.
  const needsHead = removed.has(0) || !slots.has(0);
  const moved = needsHead && !head && written.size === 0 ? findRemainingSlot(group, removed) : undefined;
  if (moved !== undefined) removed.delete(0);
  return {
    siblings: [...written].map(([slot, document]) => operation(slot, document)),
    head: head ? [operation(0, head)] : [],
    moves: moved === undefined ? [] : [operation(0, (slots.get(moved) as StoredUsage).document)],
    deletions: [...removed, ...(moved === undefined ? [] : [moved])].map((slot) => operation(slot)),
  };
}

/** The stored usages whose click streak now begins earlier, by slot. */
function* extendedUsages(
  { key, slots }: ClickGroup,
  plan: DoubleClickPlan<CountedAuthUsage, string>,
): Iterable<[number, UsageDocument]> {
  for (const [slot, { document }] of slots) {
    const streak = plan.widened.get(slotId(key, slot));
    if (streak && spanOf(streak) !== document.click_span_ms)
      yield [slot, { ...document, click_span_ms: spanOf(streak) }];
  }
}

function findRemainingSlot({ slots }: ClickGroup, removed: ReadonlySet<number>): number | undefined {
  return [...slots.keys()].find((slot) => slot !== 0 && !removed.has(slot));
}

function includes(streak: ClickStreak, { document }: StoredUsage): boolean {
  const time = new Date(document.timestamp).getTime();
  return streak.first <= time && time <= streak.last;
}

function spanOf({ first, last }: ClickStreak): number {
  return last - first;
}

/** Whether the slot, or a higher one, may be in use. @param slots the lower slots that are in use */
function mayHaveSlot(slot: number, slots: ReadonlyMap<number, StoredUsage>): boolean {
  // A concurrent writer may have written one more slot than slot 0 knows of.
  return (slots.get(0)?.document.click_slots ?? 0) + 1 >= slot || slots.has(slot - 1);
}

async function readSlots(
  cluster: Cluster,
  wanted: readonly { key: string; slot: number }[],
  indexOfKey: ReadonlyMap<string, string>,
): Promise<(StoredUsage | undefined)[]> {
  const addresses = wanted.map(({ key, slot }) => ({ index: indexOfKey.get(key) as string, id: slotId(key, slot) }));
  const documents = await multiGet<UsageDocument>(cluster, addresses);
  return documents.map(
    (found) =>
      found && {
        document: found._source,
        version: { seqNo: found._seq_no as number, primaryTerm: found._primary_term as number },
      },
  );
}

/** The document id of a slot: 128 bits of the digest of the group's key, then the number of the slot unless it is 0. */
export function slotId(key: string, slot: number): string {
  const digest = shortHash(key);
  return slot === 0 ? digest : `${digest}.${slot}`;
}
