import { Logger } from '@nestjs/common';
import type { CountedAuthUsage } from '../../model/counted-auth-usage.js';
import { adjacentClickKey, clickKey } from '../../model/double-click.js';
import { DoubleClickPlan, type NewClick } from '../double-click-plan.js';
import type { NewUsage, StoreOutcome } from '../metrics.repository.js';
import {
  type ClickGroup,
  type GroupChange,
  planGroupChange,
  readGroups,
  slotId,
  storedStreaks,
  storedUsagesAsClicks,
} from './click-groups.js';
import { bulk, type BulkOperation, type BulkOutcome, isUnavailable } from './client/bulk.js';
import type { Cluster } from './client/cluster.js';
import type { IndexNames } from './indexes/index-names.js';

/** The limit of retries for usages whose groups are changed by concurrent writers. */
const MAX_ROUNDS = 50;

/** A usage to record. */
interface Click extends NewClick<CountedAuthUsage, string> {
  readonly adjacentSessions: NewUsage['adjacentSessions'];
}

/** The first failure of each group in a round, by the group's key. */
type Failures = Map<string, Exclude<BulkOutcome, 'done'>>;

/**
 * Records usages and filters double clicks exactly, with any number of instances that write at the same time. Each change
 * is made on the condition that its group is unchanged since it was read (see click-groups.ts). After a conflict, the
 * group is read and planned again in another round.
 */
export class ElasticsearchUsageWriter {
  private readonly logger = new Logger(ElasticsearchUsageWriter.name);

  constructor(
    private readonly cluster: Cluster,
    private readonly names: IndexNames,
  ) {}

  /** @returns `N×` outcomes, in the order of the usages */
  async record(usages: readonly NewUsage[]): Promise<StoreOutcome[]> {
    const clicks = usages.map(toClick);
    const outcomes = new Map<Click, StoreOutcome>();
    const unlocked = new Set<string>();
    let pending = await this.recordFirstClicks(clicks, outcomes);
    for (let round = 1; pending.length > 0 && round <= MAX_ROUNDS; round++) {
      pending = await this.recordRound(pending, outcomes, unlocked);
    }
    for (const click of pending) outcomes.set(click, { status: 'unavailable' });
    return clicks.map((click) => outcomes.get(click) ?? { status: 'recorded' });
  }

  /**
   * Most usages are the first of their group. They are created without a read, which fails with a conflict for the others.
   * @returns the clicks to record in rounds
   */
  private async recordFirstClicks(clicks: readonly Click[], outcomes: Map<Click, StoreOutcome>): Promise<Click[]> {
    const plan = new DoubleClickPlan<CountedAuthUsage, string>(() => []);
    for (const click of clicks) if (click.adjacentKeys.length === 0) plan.add(click);
    const isSimple = ({ key, adjacentKeys }: Click): boolean =>
      adjacentKeys.length === 0 && plan.addedOf(key).length === 1;
    const simple = clicks.filter(isSimple);
    const changes = new Map<string, GroupChange>();
    for (const click of simple) changes.set(click.key, planGroupChange(this.emptyGroup(click), plan, false));
    const failures = await this.apply(changes, [], new Set());
    return [...this.selectRetries(simple, failures, outcomes), ...clicks.filter((click) => !isSimple(click))];
  }

  /**
   * @param unlocked keys of groups in which an earlier round wrote other slots, but not slot 0
   * @returns the clicks to record in another round
   */
  private async recordRound(
    clicks: readonly Click[],
    outcomes: Map<Click, StoreOutcome>,
    unlocked: Set<string>,
  ): Promise<Click[]> {
    const groups = await readGroups(this.cluster, this.indexesOf(clicks));
    const plan = new DoubleClickPlan<CountedAuthUsage, string>((key) => storedStreaks(groups.get(key) as ClickGroup));
    for (const group of groups.values()) for (const click of storedUsagesAsClicks(group)) plan.add(click);
    for (const click of clicks) plan.add(click);
    const changes = new Map(
      [...groups].map(([key, group]) => [key, planGroupChange(group, plan, unlocked.has(key))] as const),
    );
    const failures = await this.apply(changes, clicks, unlocked);
    const retries = this.selectRetries(clicks, failures, outcomes);
    // Concurrent changes of two adjacent groups do not conflict. Another round reads what the other writer changed.
    const isChanged = (key: string): boolean => Object.values(changes.get(key) ?? {}).some(({ length }) => length > 0);
    const unverified = clicks.filter(
      (click) =>
        click.adjacentKeys.length > 0 &&
        !outcomes.has(click) &&
        !retries.includes(click) &&
        keysOf(click).some(isChanged),
    );
    return [...retries, ...unverified];
  }

  /** Writes each step of the changes with one request. A group that fails in one step skips the later steps. */
  private async apply(
    changes: ReadonlyMap<string, GroupChange>,
    clicks: readonly Click[],
    unlocked: Set<string>,
  ): Promise<Failures> {
    const failures: Failures = new Map();
    for (const [key, { siblings }] of changes) if (siblings.length > 0) unlocked.add(key);
    await this.applyStep(changes, 'siblings', failures);
    await this.applyStep(changes, 'head', failures);
    for (const [key, { head }] of changes) if (head.length > 0 && !failures.has(key)) unlocked.delete(key);
    // A usage may move between the groups of a click. When one of them fails, nothing is deleted from the others.
    for (const click of clicks) {
      const failure = failuresOf(click, failures)[0];
      if (failure !== undefined) for (const key of keysOf(click)) failures.set(key, failures.get(key) ?? 'conflict');
    }
    await this.applyStep(changes, 'moves', failures);
    await this.applyStep(changes, 'deletions', failures);
    return failures;
  }

  private async applyStep(
    changes: ReadonlyMap<string, GroupChange>,
    step: keyof GroupChange,
    failures: Failures,
  ): Promise<void> {
    const operations: BulkOperation[] = [];
    const keys: string[] = [];
    for (const [key, change] of changes) {
      if (failures.has(key)) continue;
      operations.push(...change[step]);
      keys.push(...change[step].map(() => key));
    }
    const outcomes = await bulk(this.cluster, operations);
    outcomes.forEach((outcome, index) => {
      if (outcome !== 'done') failures.set(keys[index] as string, outcome);
    });
    const unavailable = outcomes.find(isUnavailable);
    if (unavailable) this.logger.error({ reason: unavailable.unavailable }, 'Elasticsearch did not store some usages');
  }

  /** Sets the outcome of clicks that failed permanently. @returns the clicks that failed with a conflict */
  private selectRetries(clicks: readonly Click[], failures: Failures, outcomes: Map<Click, StoreOutcome>): Click[] {
    return clicks.filter((click) => {
      const ofClick = failuresOf(click, failures);
      if (ofClick.length === 0) return false;
      if (ofClick.some(isUnavailable)) {
        outcomes.set(click, { status: 'unavailable' });
        return false;
      }
      const rejection = ofClick.find((failure) => typeof failure === 'object' && 'rejected' in failure);
      if (!rejection) return true;
      this.logger.error({ reason: rejection.rejected }, 'Elasticsearch rejected a usage');
      outcomes.set(click, { status: 'rejected', reason: 'the store cannot store this usage' });
      return false;
    });
  }

  private emptyGroup({ key, usage }: Click): ClickGroup {
    return { key, index: this.names.usagesAt(usage.timestamp), slots: new Map() };
  }

  /** The index of each group that the clicks can change, by its key. */
  private indexesOf(clicks: readonly Click[]): Map<string, string> {
    const indexOfKey = new Map<string, string>();
    for (const { key, usage, adjacentSessions, adjacentKeys } of clicks) {
      indexOfKey.set(key, this.names.usagesAt(usage.timestamp));
      adjacentSessions.forEach(({ instant }, index) =>
        indexOfKey.set(adjacentKeys[index] as string, this.names.usagesAt(instant)),
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
    adjacentKeys: adjacentSessions.map((session) => groupKey(adjacentClickKey(usage, session), session.instant)),
  };
}

/** The id of a usage that is the only one with its click key in its clock hour. */
export function usageDocumentId(usage: CountedAuthUsage): string {
  return slotId(groupKey(clickKey(usage), usage.timestamp), 0);
}

/** A group covers one clock hour, so that it lies in one index even when a session spans more than an hour. */
function groupKey(key: string, instant: Date): string {
  return `${key}\n${instant.toISOString().slice(0, 13)}`;
}

function keysOf({ key, adjacentKeys }: Click): string[] {
  return [key, ...adjacentKeys];
}

function failuresOf(click: Click, failures: Failures): Exclude<BulkOutcome, 'done'>[] {
  return keysOf(click).flatMap((key) => failures.get(key) ?? []);
}
