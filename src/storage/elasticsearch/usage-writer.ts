import { Logger } from '@nestjs/common';
import type { CountedAuthUsage } from '../../model/counted-auth-usage.js';
import { clickKey } from '../../model/double-click.js';
import { DoubleClickPlan, type NewClick } from '../double-click-plan.js';
import type { NewUsage, StoreOutcome } from '../metrics.repository.js';
import { bulk, type BulkOperation, type BulkOutcome } from './bulk.js';
import { changeGroup, type ClickGroup, type GroupChange, readGroups, runsOf, storedClicks } from './click-groups.js';
import type { Cluster } from './cluster.js';
import type { IndexNames } from './index-names.js';

/** How often usages are tried whose groups others keep changing at the same time. */
const MOST_ROUNDS = 50;

/** A usage that is being recorded. */
interface Click extends NewClick<CountedAuthUsage, string> {
  readonly adjacentSessions: NewUsage['adjacentSessions'];
}

/** What became of one round: the groups in which something failed, by key. */
type Failures = Map<string, Exclude<BulkOutcome, 'done'>>;

/**
 * Records usages, and filters double clicks exactly, however many instances record at the same time: each change is made
 * on the condition that its group (see click-groups.ts) is as it was read; those that fail are planned anew.
 */
export class UsageWriter {
  private readonly logger = new Logger('Elasticsearch');

  constructor(
    private readonly cluster: Cluster,
    private readonly names: IndexNames,
  ) {}

  /** @returns `N×` outcomes, in the order of the usages */
  async record(usages: readonly NewUsage[]): Promise<StoreOutcome[]> {
    const clicks = usages.map(toClick);
    const outcomes = new Map<Click, StoreOutcome>();
    const unlocked = new Set<string>();
    let open = await this.recordNew(clicks, outcomes);
    for (let round = 1; open.length > 0 && round <= MOST_ROUNDS; round++) {
      open = await this.recordRound(open, outcomes, unlocked);
    }
    for (const click of open) outcomes.set(click, { status: 'unavailable' });
    return clicks.map((click) => outcomes.get(click) ?? { status: 'recorded' });
  }

  /**
   * Most usages are the first of their key: those are stored without reading anything, which fails when they are not.
   * @returns the clicks that must be looked at more closely
   */
  private async recordNew(clicks: readonly Click[], outcomes: Map<Click, StoreOutcome>): Promise<Click[]> {
    const plan = new DoubleClickPlan<CountedAuthUsage, string>(() => []);
    for (const click of clicks) if (click.adjacentKeys.length === 0) plan.add(click);
    const isSimple = ({ key, adjacentKeys }: Click): boolean =>
      adjacentKeys.length === 0 && plan.addedOf(key).length === 1;
    const simple = clicks.filter(isSimple);
    const changes = new Map<string, GroupChange>();
    for (const click of simple) changes.set(click.key, changeGroup(this.emptyGroup(click), plan, false));
    const failures = await this.apply(changes, [], new Set());
    return [...this.stillOpen(simple, failures, outcomes), ...clicks.filter((click) => !isSimple(click))];
  }

  /** @returns the clicks that are to be recorded in a further round */
  private async recordRound(
    clicks: readonly Click[],
    outcomes: Map<Click, StoreOutcome>,
    unlocked: Set<string>,
  ): Promise<Click[]> {
    const groups = await readGroups(this.cluster, this.indexesOf(clicks));
    const plan = new DoubleClickPlan<CountedAuthUsage, string>((key) => runsOf(groups.get(key) as ClickGroup));
    for (const group of groups.values()) for (const click of storedClicks(group)) plan.add(click);
    for (const click of clicks) plan.add(click);
    const changes = new Map(
      [...groups].map(([key, group]) => [key, changeGroup(group, plan, unlocked.has(key))] as const),
    );
    const failures = await this.apply(changes, clicks, unlocked);
    const open = this.stillOpen(clicks, failures, outcomes);
    // Two that change neighbouring groups at the same time do not fail: each looks again at what the other one did.
    const isChanged = (key: string): boolean => Object.values(changes.get(key) ?? {}).some(({ length }) => length > 0);
    const again = clicks.filter(
      (click) =>
        click.adjacentKeys.length > 0 && !outcomes.has(click) && !open.includes(click) && keysOf(click).some(isChanged),
    );
    return [...open, ...again];
  }

  /** Each part of the changes in one request; what failed in one part has no further part. */
  private async apply(
    changes: ReadonlyMap<string, GroupChange>,
    clicks: readonly Click[],
    unlocked: Set<string>,
  ): Promise<Failures> {
    const failures: Failures = new Map();
    for (const [key, { siblings }] of changes) if (siblings.length > 0) unlocked.add(key);
    await this.applyPart(changes, 'siblings', failures);
    await this.applyPart(changes, 'head', failures);
    for (const [key, { head }] of changes) if (head.length > 0 && !failures.has(key)) unlocked.delete(key);
    for (const click of clicks) {
      const failure = keysOf(click).flatMap((key) => failures.get(key) ?? [])[0];
      if (failure !== undefined) for (const key of keysOf(click)) failures.set(key, failures.get(key) ?? 'conflict');
    }
    await this.applyPart(changes, 'moves', failures);
    await this.applyPart(changes, 'deletions', failures);
    return failures;
  }

  private async applyPart(
    changes: ReadonlyMap<string, GroupChange>,
    part: keyof GroupChange,
    failures: Failures,
  ): Promise<void> {
    const operations: BulkOperation[] = [];
    const keys: string[] = [];
    for (const [key, change] of changes) {
      if (failures.has(key)) continue;
      operations.push(...change[part]);
      keys.push(...change[part].map(() => key));
    }
    const outcomes = await bulk(this.cluster, operations);
    outcomes.forEach((outcome, index) => {
      if (outcome !== 'done') failures.set(keys[index] as string, outcome);
    });
  }

  /** Settles the outcome of clicks that failed for good. @returns those that are worth another round */
  private stillOpen(clicks: readonly Click[], failures: Failures, outcomes: Map<Click, StoreOutcome>): Click[] {
    return clicks.filter((click) => {
      const failure = keysOf(click).flatMap((key) => failures.get(key) ?? []);
      if (failure.length === 0) return false;
      if (failure.includes('unavailable')) {
        outcomes.set(click, { status: 'unavailable' });
        return false;
      }
      const refused = failure.find((each) => typeof each === 'object');
      if (!refused) return true;
      this.logger.error({ reason: refused.refused }, 'a usage was refused');
      outcomes.set(click, { status: 'rejected', reason: 'the store cannot hold this usage' });
      return false;
    });
  }

  private emptyGroup({ key, usage }: Click): ClickGroup {
    return { key, index: this.names.usagesAt(usage.timestamp), slots: new Map() };
  }

  /** The index of each group that the clicks can concern, by its key. */
  private indexesOf(clicks: readonly Click[]): Map<string, string> {
    const indexOfKey = new Map<string, string>();
    for (const { key, usage, adjacentSessions, adjacentKeys } of clicks) {
      indexOfKey.set(key, this.names.usagesAt(usage.timestamp));
      adjacentSessions.forEach(({ instant }, at) =>
        indexOfKey.set(adjacentKeys[at] as string, this.names.usagesAt(instant)),
      );
    }
    return indexOfKey;
  }
}

function toClick({ usage, adjacentSessions }: NewUsage, index: number): Click {
  return {
    usageId: `new ${index}`,
    usage,
    time: usage.timestamp.getTime(),
    key: groupKey(clickKey(usage), usage.timestamp),
    adjacentSessions,
    adjacentKeys: adjacentSessions.map(({ id, instant }) => groupKey(clickKey(usage, id), instant)),
  };
}

/** A group is of one clock hour, so that all of it is in one index, also when a session is of more than an hour. */
function groupKey(key: string, instant: Date): string {
  return `${key}\n${instant.toISOString().slice(0, 13)}`;
}

function keysOf({ key, adjacentKeys }: Click): string[] {
  return [key, ...adjacentKeys];
}
