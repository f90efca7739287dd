import type { estypes } from '@elastic/elasticsearch';
import type { ClickPlan, StoredClick } from '../click-plan.js';
import type { CountedAuthUsage } from '../../usage-events/counted-auth-usage.js';
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

/** What is to be done to a group, in this order. */
export interface GroupChange {
  /** Usages that are put into slots other than 0. */
  readonly siblings: readonly BulkOperation[];
  /** What comes into slot 0. */
  readonly head: readonly BulkOperation[];
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

/** The group as a `ClickPlan` knows it: the ids of its usages are those of their slots. */
export function runsOf({ key, slots }: ClickGroup): StoredClick<string>[] {
  return [...slots].map(([slot, { document }]) => {
    const last = new Date(document.timestamp).getTime();
    return { usageId: slotId(key, slot), key, first: last - document.click_span_ms, last };
  });
}

/**
 * What makes of a group what the plan says; nothing when it is so already.
 *
 * @param isUnlocked whether slots were changed before without replacing slot 0
 */
export function changeGroup(
  group: ClickGroup,
  plan: ClickPlan<CountedAuthUsage, string>,
  isUnlocked: boolean,
): GroupChange {
  const { key, index } = group;
  const isDeleted = (slot: number): boolean => plan.deleted.has(slotId(key, slot));
  const left = [...group.slots.keys()].filter(isDeleted).sort((a, b) => a - b);
  const free = group.slots.has(0) ? left : [0, ...left];
  const highest = Math.max(0, group.slots.get(0)?.document.click_slots ?? 0, ...group.slots.keys());
  let next = highest + 1;

  const puts = new Map<number, UsageDocument>();
  for (const [slot, { document }] of group.slots) {
    const span = spanOf(plan.widened.get(slotId(key, slot)));
    if (span !== undefined && span !== document.click_span_ms) puts.set(slot, { ...document, click_span_ms: span });
  }
  for (const { key: ownKey, usage, ...run } of plan.added.values()) {
    if (ownKey === key) puts.set(free.shift() ?? next++, { ...usage, click_span_ms: spanOf(run) ?? 0 });
  }
  if (free[0] === 0) moveIntoHead(group, puts, free);

  const locks = isUnlocked || [...puts.keys()].some((slot) => slot > 0);
  const head = puts.get(0) ?? (locks ? group.slots.get(0)?.document : undefined);
  const operation = (slot: number, document?: UsageDocument): BulkOperation => ({
    index,
    id: slotId(key, slot),
    document,
    version: group.slots.get(slot)?.version,
  });
  puts.delete(0);
  const click_slots = Math.max(highest, ...puts.keys()) || undefined;
  return {
    siblings: [...puts].map(([slot, document]) => operation(slot, document)),
    head: head ? [operation(0, { ...head, click_slots })] : [],
    deletions: free.filter((slot) => group.slots.has(slot)).map((slot) => operation(slot)),
  };
}

/** Slot 0 is never free while another slot is taken: the usage of one of those comes into it. */
function moveIntoHead(group: ClickGroup, puts: Map<number, UsageDocument>, free: number[]): void {
  const stays = [...group.slots.keys()].find((slot) => !free.includes(slot));
  if (stays === undefined) return;
  puts.set(0, puts.get(stays) ?? (group.slots.get(stays) as StoredUsage).document);
  puts.delete(stays);
  free[0] = stays;
}

function spanOf(run: { readonly first: number; readonly last: number } | undefined): number | undefined {
  return run && run.last - run.first;
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
