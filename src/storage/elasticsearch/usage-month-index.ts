import { randomUUID } from 'node:crypto';
import { isClosed, UsageMonth } from '../../model/usage-month.js';
import type { Clock } from '../../time/clock.js';
import { YearMonth } from '../../time/year-month.js';
import type { NewUsage } from '../metrics.repository.js';
import type { UsageMonthBuild } from '../monthly-usage-query.js';
import { bulk, type BulkUpdate } from './client/bulk.js';
import type { Cluster } from './client/cluster.js';
import { RECORD_KEY } from './indexes/index-templates.js';
import { RecordIndex } from './record-index.js';
import { requireDone } from './records.js';

/** Elasticsearch's `max_result_window`: the limit of hits in one search. */
const MAX_MONTHS = 10_000;

/**
 * The months that have usages, one document each, with the month as its id. A mark, a build and a removal change
 * different fields, so that concurrent instances do not undo each other's changes.
 */
export class UsageMonthIndex {
  private readonly records: RecordIndex<UsageMonth>;
  /** Open months that this process has marked. */
  private readonly known = new Set<string>();

  constructor(
    private readonly cluster: Cluster,
    private readonly index: string,
    private readonly clock: Clock,
  ) {
    this.records = new RecordIndex(cluster, UsageMonth, index);
  }

  async list(): Promise<UsageMonth[]> {
    return await this.records.search({ sort: [{ month: 'asc' }], size: MAX_MONTHS });
  }

  async mark(months: readonly YearMonth[]): Promise<void> {
    await this.update(months.map((month) => this.markOf(month)));
  }

  /**
   * Writes usages and marks the months that they change. Closed months are marked twice. The mark after the write matters
   * to a build that started before it and may have missed the usages. The mark before the write covers a crash in between:
   * a month is built only after it has not changed for a while, thus after the write. An open month is built after its
   * end, so that marking it once suffices.
   */
  async markAround<T>(usages: readonly NewUsage[], write: () => Promise<T>): Promise<T> {
    const now = this.clock.now();
    const months = distinctMonths(usages.map(({ usage }) => usage.timestamp));
    const open = months.filter((month) => !isClosed(month, now) && !this.known.has(month.toString()));
    const closed = months.filter((month) => isClosed(month, now));
    const replaced = monthsOfReplacedUsages(usages).filter((month) => isClosed(month, now));
    const marksOfClosed = (): BulkUpdate[] => [
      ...closed.map((month) => this.markOf(month)),
      ...replaced.map((month) => ({ ...this.markOf(month), upsert: undefined })),
    ];
    await this.update([...open.map((month) => this.markOf(month)), ...marksOfClosed()]);
    for (const month of open) this.known.add(month.toString());
    try {
      return await write();
    } finally {
      // Usages of a write that fails may have been stored.
      await this.update(marksOfClosed());
    }
  }

  async saveBuild({ month, changeId, builtAt }: UsageMonthBuild): Promise<void> {
    await this.update([this.updateOf(month, { built_change_id: changeId, built_at: builtAt })]);
  }

  async markRemoved(month: YearMonth): Promise<void> {
    await this.update([this.updateOf(month, { usages_removed: true })]);
  }

  private markOf(month: YearMonth): BulkUpdate {
    const upsert = newMonth(month, this.clock.now());
    const { change_id, changed_at } = upsert;
    return { ...this.updateOf(month, { change_id, changed_at }), upsert };
  }

  private updateOf(month: YearMonth, changes: Partial<UsageMonth>): BulkUpdate {
    return { index: this.index, id: month.toString(), changes };
  }

  private async update(updates: readonly BulkUpdate[]): Promise<void> {
    requireDone(await bulk(this.cluster, updates, { refresh: true }));
  }
}

/** The document of a month that has changed and has not been built. */
export function newMonth(month: YearMonth, now: Date): UsageMonth & { readonly [RECORD_KEY]: string } {
  return {
    [RECORD_KEY]: month.toString(),
    month,
    change_id: randomUUID(),
    changed_at: now,
    built_change_id: null,
    built_at: null,
    usages_removed: false,
  };
}

/** A usage just after the start of a month may replace a double click in the visitor's session of the month before. */
function monthsOfReplacedUsages(usages: readonly NewUsage[]): YearMonth[] {
  return distinctMonths(
    usages.flatMap(({ usage, adjacentSessions }) =>
      adjacentSessions
        .map(({ instant }) => instant)
        .filter((instant) => YearMonth.at(instant).compare(YearMonth.at(usage.timestamp)) < 0),
    ),
  );
}

function distinctMonths(instants: readonly Date[]): YearMonth[] {
  const months = instants.map((instant) => YearMonth.at(instant));
  return [...new Map(months.map((month) => [month.toString(), month])).values()];
}
