import type { estypes } from '@elastic/elasticsearch';
import type { CountedAuthUsage } from '../../model/counted-auth-usage.js';
import type { ClickStreak } from '../../model/double-click.js';
import type { DoubleClickPlan, NewClick, StoredClick } from '../double-click-plan.js';
import type { BulkOperation, Version } from './bulk.js';
import type { Cluster } from './cluster.js';
import { foundDocument } from './documents.js';
import { slotId, type UsageDocument } from './usage-document.js';

/** Slots are read so many at a time. */
const SLOTS_PER_READ = 4;

/**
 * The usages of one click key, each in a numbered slot, a document whose id is made of the key. Slot 0 is the group's
 * lock: whoever changes another slot replaces slot 0 afterwards, on the condition that it is as it was read. So of two
 * that change a group at the same time one fails, reads again, and sees what the other one did.
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

/** What is to be done to a group, in this order: a usage can be there twice for a moment, but is never gone. */
export interface GroupChange {
  /** Usages that are put into slots other than 0. */
  readonly siblings: readonly BulkOperation[];
  /** What comes into slot 0, or locks the group. */
  readonly head: readonly BulkOperation[];
  /** A usage of another slot that takes the place of one in slot 0 which is in another group by now. */
  readonly moves: readonly BulkOperation[];
  /** Usages that are in another slot, or another group, by now. */
  readonly deletions: readonly BulkOperation[];
}

/** Reads groups as they are now, not as searches see them. @param indexOfKey the index of each group, by its key */
export async function readGroups(
  cluster: Cluster,
  indexOfKey: ReadonlyMap<string, string>,
): Promise<Map<string, ClickGroup>> {
  const slotsOfKey = new Map([...indexOfKey.keys()].map((key) => [key, new Map<number, StoredUsage>()]));
  let open = [...indexOfKey.keys()];
  for (let first = 0; open.length > 0; first += SLOTS_PER_READ) {
    const wanted = open.flatMap((key) =>
      Array.from({ length: SLOTS_PER_READ }, (_, offset) => ({ key, slot: first + offset })),
    );
    const found = await readSlots(cluster, wanted, indexOfKey);
    wanted.forEach(({ key, slot }, at) => {
      const usage = found[at];
      if (usage) slotsOfKey.get(key)?.set(slot, usage);
    });
    open = open.filter((key) => mayHaveMore(slotsOfKey.get(key) as Map<number, StoredUsage>, first + SLOTS_PER_READ));
  }
  return new Map(
    [...indexOfKey].map(([key, index]) => [key, { key, index, slots: slotsOfKey.get(key) as ClickGroup['slots'] }]),
  );
}

/** The group as a `DoubleClickPlan` knows it: the ids of its usages are those of their slots. */
export function runsOf({ key, slots }: ClickGroup): StoredClick<string>[] {
  return [...slots].map(([slot, { document }]) => {
    const last = new Date(document.timestamp).getTime();
    return { usageId: slotId(key, slot), key, first: last - document.click_span_ms, last };
  });
}

/** The clicks that the stored usages are: adding them to a plan again joins what was left unjoined by a crash. */
export function storedClicks(group: ClickGroup): NewClick<CountedAuthUsage, string>[] {
  const usages = [...group.slots.values()];
  return runsOf(group).map(({ usageId, key, last }, index) => {
    const { document: usage } = usages[index] as StoredUsage;
    return { usageId, usage, time: last, key, adjacentKeys: [] };
  });
}

/**
 * What makes of a group what the plan says; nothing when it is so already.
 *
 * @param isUnlocked whether slots were changed before without replacing slot 0
 */
export function changeGroup(
  group: ClickGroup,
  plan: DoubleClickPlan<CountedAuthUsage, string>,
  isUnlocked: boolean,
): GroupChange {
  const { key, slots } = group;
  const leaving = new Set([...slots.keys()].filter((slot) => plan.deleted.has(slotId(key, slot))));
  const highest = Math.max(0, slots.get(0)?.document.click_slots ?? 0, ...slots.keys());
  const puts = new Map(widened(group, plan));
  let next = highest + 1;
  for (const { usage, ...run } of plan.addedOf(key)) {
    // In the place of a usage that it joins: elsewhere that one must stay until the other group has it.
    const place = [...leaving].find((slot) => contains(run, slots.get(slot) as StoredUsage));
    const slot = place ?? (slots.has(0) || puts.has(0) ? next++ : 0);
    leaving.delete(slot);
    puts.set(slot, { ...usage, click_span_ms: spanOf(run) });
  }
  const click_slots = Math.max(highest, ...puts.keys()) || undefined;
  const operation = (slot: number, document?: UsageDocument): BulkOperation => ({
    index: group.index,
    id: slotId(key, slot),
    document: document && (slot === 0 ? { ...document, click_slots } : document),
    version: slots.get(slot)?.version,
  });

  const head = puts.get(0) ?? (isUnlocked || puts.size > 0 ? slots.get(0)?.document : undefined);
  puts.delete(0);
  // Slot 0 is never free for long while another one is taken.
  const isHeadFree = leaving.has(0) || !slots.has(0);
  const successor = isHeadFree && !head && puts.size === 0 ? successorOf(group, leaving) : undefined;
  if (successor !== undefined) leaving.delete(0);
  return {
    siblings: [...puts].map(([slot, document]) => operation(slot, document)),
    head: head ? [operation(0, head)] : [],
    moves: successor === undefined ? [] : [operation(0, (slots.get(successor) as StoredUsage).document)],
    deletions: [...leaving, ...(successor === undefined ? [] : [successor])].map((slot) => operation(slot)),
  };
}

/** The usages whose runs begin earlier now, by their slots. */
function* widened(
  { key, slots }: ClickGroup,
  plan: DoubleClickPlan<CountedAuthUsage, string>,
): Iterable<[number, UsageDocument]> {
  for (const [slot, { document }] of slots) {
    const run = plan.widened.get(slotId(key, slot));
    if (run && spanOf(run) !== document.click_span_ms) yield [slot, { ...document, click_span_ms: spanOf(run) }];
  }
}

function successorOf({ slots }: ClickGroup, leaving: ReadonlySet<number>): number | undefined {
  return [...slots.keys()].find((slot) => slot !== 0 && !leaving.has(slot));
}

function contains(run: ClickStreak, { document }: StoredUsage): boolean {
  const time = new Date(document.timestamp).getTime();
  return run.first <= time && time <= run.last;
}

function spanOf({ first, last }: ClickStreak): number {
  return last - first;
}

function mayHaveMore(slots: ReadonlyMap<number, StoredUsage>, next: number): boolean {
  // One more than slot 0 knows of may be taken by somebody who is about to replace slot 0.
  return (slots.get(0)?.document.click_slots ?? 0) + 1 >= next || slots.has(next - 1);
}

async function readSlots(
  cluster: Cluster,
  wanted: readonly { key: string; slot: number }[],
  indexOfKey: ReadonlyMap<string, string>,
): Promise<(StoredUsage | undefined)[]> {
  const docs = wanted.map(({ key, slot }) => ({ _index: indexOfKey.get(key), _id: slotId(key, slot) }));
  const answer = await cluster.read((client) => client.mget<UsageDocument>({ docs }));
  return answer.docs.map((doc) => toStored(doc));
}

function toStored(item: estypes.MgetResponseItem<UsageDocument>): StoredUsage | undefined {
  const found = foundDocument(item);
  return (
    found && {
      document: found._source,
      version: { seqNo: found._seq_no as number, primaryTerm: found._primary_term as number },
    }
  );
}
