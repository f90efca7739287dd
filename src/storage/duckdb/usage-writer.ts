import type { DuckDBConnection } from '@duckdb/node-api';
import type { CountedAuthUsage } from '../../model/counted-auth-usage.js';
import { adjacentClickKey, clickKey } from '../../model/double-click.js';
import type { Clock } from '../../time/clock.js';
import type { TimeRange } from '../../time/time-range.js';
import type { YearMonth } from '../../time/year-month.js';
import { type AddedClick, DoubleClickPlan } from '../double-click-plan.js';
import type { ItemCompletion, NewUsage } from '../metrics.repository.js';
import { ClickIndex } from './click-index.js';
import { CLUSTER_ROWS, clusterUsages } from './cluster-usages.js';
import { completeUsages } from './complete-usages.js';
import type { Database } from './database.js';
import type { Journal, PendingRecord } from './journal/journal.js';
import { findPosition, savePosition } from './journal/journal-position.js';
import type { JournalRecord } from './journal/journal-segment.js';
import type { SettledContexts } from './settled-contexts.js';
import { compileTimeRange, selectOne } from './sql.js';
import { findOlderClicks, type SessionClick, storedClicks } from './stored-clicks.js';
import { type Row, TableInsert } from './table-insert.js';
import { awaitCommit, inTransaction } from './transaction.js';
import { sqlTypesOf, toUsageRow, USAGE_COLUMNS } from './usage-columns.js';
import { UsageContexts } from './usage-contexts.js';
import type { UsageDays } from './usage-days.js';
import type { UsageMonthTable } from './usage-month-table.js';

/** The number of recorded usages after which to check whether there are enough to cluster. */
const CLUSTER_CHECK_ROWS = 20_000;

const COLUMNS = {
  usage_id: 'BIGINT',
  context_id: 'INTEGER',
  click_span_ms: 'INTEGER',
  ...sqlTypesOf(USAGE_COLUMNS),
};

/** Records usages: filters double clicks and appends the others. */
export class DuckDbUsageWriter {
  private readonly contexts = new UsageContexts();
  private readonly insert = new TableInsert('usages_recent', COLUMNS);
  private readonly index: ClickIndex;
  private nextUsageId = 1;
  /** Usages up to this id are in `usages_settled`, later ones in `usages_recent`. */
  private lastClusteredId = 0;
  private recordedSinceClustering = 0;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly months: UsageMonthTable,
    private readonly days: UsageDays,
    private readonly settledContexts: SettledContexts,
    private readonly journal?: Journal,
  ) {
    this.index = new ClickIndex(clock.now().getTime());
  }

  async open(): Promise<void> {
    await this.database.read(async (connection) => {
      await this.contexts.open(connection);
      this.nextUsageId = (await findPosition(connection)).lastUsageId + 1;
      const clustered = 'select coalesce(max(usage_id), 0)::double as last from usages_settled';
      this.lastClusteredId = (await selectOne<{ last: number }>(connection, clustered)).last;
      await this.settledContexts.read(connection);
      const recent = compileTimeRange({ start: new Date(this.index.completeSince) });
      for (const click of await storedClicks(connection, recent)) this.index.set(click);
    });
  }

  get isClusteringDue(): boolean {
    return this.recordedSinceClustering >= CLUSTER_CHECK_ROWS;
  }

  async record(usages: readonly NewUsage[]): Promise<void> {
    if (usages.length === 0) return;
    await this.database.runWithPriority(async (connection) => {
      const record = { firstId: this.nextUsageId, usages };
      const entry = this.journal?.append(record);
      try {
        await this.apply(connection, record, entry);
      } catch (error) {
        await entry?.written.catch(() => undefined);
        await this.journal?.discard();
        throw error;
      }
    });
  }

  /** Records usages of the journal that the file does not have. */
  async replay(record: JournalRecord): Promise<void> {
    this.nextUsageId = record.firstId;
    await this.database.runWithPriority((connection) => this.apply(connection, record));
  }

  async complete(time: TimeRange, item: ItemCompletion): Promise<number> {
    let completed = 0;
    await this.database.runExclusive(async (connection) => {
      completed = await completeUsages(connection, { contexts: this.contexts, days: this.days }, time, item);
    });
    return completed;
  }

  /** Clusters the oldest recent usages, if there are enough. See `clusterUsages`. */
  async cluster(clusterRows = CLUSTER_ROWS): Promise<void> {
    this.recordedSinceClustering = 0;
    // Not a `write`, which would take memory from queries.
    await this.database.runExclusive(async (connection) => {
      const last = await inTransaction(connection, () => clusterUsages(connection, clusterRows));
      if (last === undefined) return;
      this.lastClusteredId = last;
      await this.settledContexts.read(connection);
    });
  }

  async remove(month: YearMonth): Promise<void> {
    await this.database.write(async (connection) => {
      const { sql: isOfMonth } = compileTimeRange({ start: month.start(), end: month.end() });
      for (const table of ['usages_recent', 'usages_settled']) {
        await connection.run(`delete from ${table} where ${isOfMonth}`);
      }
      await savePosition(connection, this.nextUsageId - 1);
      await this.months.markRemoved(connection, month);
      const days = this.days.daysOfMonth(month);
      await this.days.delete(connection, days);
      return () => {
        this.days.forget(days);
        this.months.forgetList();
      };
    });
  }

  /** Stores usages. The record of the journal is written to disk meanwhile, so that the longer of the two determines the time. */
  private async apply(
    connection: DuckDBConnection,
    { firstId, usages }: JournalRecord,
    entry?: PendingRecord,
  ): Promise<void> {
    const clicks = usages.map((each, index) => toClick(each, firstId + index));
    const plan = await this.plan(connection, clicks);
    const added = [...plan.added.values()];
    const contextIds = await this.contexts.findOrCreate(
      connection,
      added.map(({ usage }) => usage),
    );
    const rows = added.map((click, index) => toRow(click, contextIds[index] as number));
    await entry?.written;
    await this.store(connection, rows, plan, firstId + usages.length - 1);
    this.updateIndex(plan);
    this.nextUsageId = firstId + usages.length;
    this.recordedSinceClustering += rows.length;
    await entry?.synced;
  }

  /**
   * Stores the changes of a plan. Avoids an explicit transaction where a single statement is enough, because it takes longer:
   * when the last usage is inserted, its id is the position.
   */
  private async store(
    connection: DuckDBConnection,
    rows: Row[],
    plan: DoubleClickPlan<CountedAuthUsage, number>,
    lastId: number,
  ): Promise<void> {
    const times = [...plan.added.values(), ...plan.deleted.values()].map(({ last }) => last);
    const changed = this.months.monthsToMark(times);
    const changedDays = this.days.daysToDelete(times);
    const isMarked = changed.length > 0 || changedDays.length > 0;
    if (plan.added.has(lastId) && plan.deleted.size === 0 && plan.widened.size === 0 && !isMarked) {
      return await awaitCommit(this.insert.run(connection, rows));
    }
    await inTransaction(connection, async () => {
      await this.insert.run(connection, rows);
      await this.months.mark(connection, changed);
      await this.days.delete(connection, changedDays);
      await updateStored(connection, plan, this.lastClusteredId);
      await savePosition(connection, lastId);
    });
    this.months.remember(changed);
    this.days.forget(changedDays);
  }

  private async plan(
    connection: DuckDBConnection,
    clicks: readonly SessionClick[],
  ): Promise<DoubleClickPlan<CountedAuthUsage, number>> {
    this.index.sweep(this.clock.now().getTime());
    const older = await findOlderClicks(connection, clicks, this.index.completeSince);
    const plan = new DoubleClickPlan<CountedAuthUsage, number>((key) => [
      ...this.index.get(key),
      ...(older.get(key) ?? []),
    ]);
    for (const click of clicks) plan.add(click);
    return plan;
  }

  private updateIndex(plan: DoubleClickPlan<CountedAuthUsage, number>): void {
    for (const click of plan.deleted.values()) this.index.delete(click);
    for (const { usageId, key, first, last } of [...plan.widened.values(), ...plan.added.values()]) {
      if (last >= this.index.completeSince) this.index.set({ usageId, key, first, last });
    }
  }
}

function toClick({ usage, adjacentSessions }: NewUsage, usageId: number): SessionClick {
  return {
    usageId,
    usage,
    time: usage.timestamp.getTime(),
    key: clickKey(usage),
    adjacentKeys: adjacentSessions.map((session) => adjacentClickKey(usage, session)),
    sessionhourIds: [usage.sessionhour_id, ...adjacentSessions.map(({ id }) => id)],
  };
}

function toRow({ usageId, first, last, usage }: AddedClick<CountedAuthUsage, number>, contextId: number): Row {
  const ids = { usage_id: usageId, context_id: contextId, click_span_ms: last - first };
  return Object.assign(toUsageRow(usage, USAGE_COLUMNS), ids);
}

async function updateStored(
  connection: DuckDBConnection,
  plan: DoubleClickPlan<CountedAuthUsage, number>,
  lastClusteredId: number,
): Promise<void> {
  const tableOf = (usageId: number): string => (usageId <= lastClusteredId ? 'usages_settled' : 'usages_recent');
  for (const table of ['usages_recent', 'usages_settled']) {
    const ids = [...plan.deleted.keys()].filter((id) => tableOf(id) === table);
    if (ids.length === 0) continue;
    await connection.run(`delete from ${table} where usage_id in (${ids.join(', ')})`);
  }
  for (const { usageId, first, last } of plan.widened.values()) {
    const sql = `update ${tableOf(usageId)} set click_span_ms = ? where usage_id = ?`;
    await connection.run(sql, [last - first, usageId]);
  }
}
