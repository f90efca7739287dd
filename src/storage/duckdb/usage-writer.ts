import type { DuckDBConnection } from '@duckdb/node-api';
import type { CountedAuthUsage } from '../../model/counted-auth-usage.js';
import { clickKey, clickKeyOf, DOUBLE_CLICK_MILLISECONDS } from '../../model/double-click.js';
import type { Clock } from '../../time/clock.js';
import type { YearMonth } from '../../time/year-month.js';
import { type AddedClick, DoubleClickPlan, type NewClick, type StoredClick } from '../double-click-plan.js';
import type { NewUsage } from '../metrics.repository.js';
import { ClickIndex } from './click-index.js';
import { clusterUsages, RUN_ROWS } from './cluster-usages.js';
import {
  committing,
  type Database,
  inTransaction,
  isOneOf,
  selectOne,
  selectRows,
  textList,
  timestamp,
} from './database.js';
import { type Row, TableInsert } from './table-insert.js';
import { fromBits, sqlTypesOf, toUsageRow, USAGE_COLUMNS } from './usage-columns.js';
import { UsageContexts } from './usage-contexts.js';
import type { UsageMonthTable } from './usage-month-table.js';

const SETTLE_EVERY = 20_000;
/** The longest run of double clicks that a usage of before the index is looked up for. */
const LONGEST_RUN_MILLISECONDS = 86_400_000;

const COLUMNS = {
  usage_id: 'BIGINT',
  context_id: 'INTEGER',
  click_span_ms: 'INTEGER',
  ...sqlTypesOf(USAGE_COLUMNS),
};

interface Click extends NewClick<CountedAuthUsage, number> {
  /** The sessions under whose ids clicks that are one with it may stand. */
  readonly sessionhourIds: readonly string[];
}

/** Records usages: filters double clicks, and appends what is left. */
export class UsageWriter {
  private readonly contexts = new UsageContexts();
  private readonly insert = new TableInsert('usages_recent', COLUMNS);
  private readonly index: ClickIndex;
  private nextUsageId = 1;
  /** Usages with this id or a smaller one are in `usages_settled`, the others in `usages_recent`. */
  private settledThrough = 0;
  private recordedSinceSettling = 0;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly months: UsageMonthTable,
  ) {
    this.index = new ClickIndex(clock.now().getTime());
  }

  async open(): Promise<void> {
    await this.database.read(async (connection) => {
      await this.contexts.open(connection);
      const sql = 'select coalesce(max(usage_id), 0)::double as last from usages';
      const { last } = await selectOne<{ last: number }>(connection, sql);
      this.nextUsageId = last + 1;
      const settled = 'select coalesce(max(usage_id), 0)::double as last from usages_settled';
      this.settledThrough = (await selectOne<{ last: number }>(connection, settled)).last;
      const since = timestamp(new Date(this.index.completeSince));
      for (const click of await storedClicks(connection, 'timestamp >= ?', [since])) this.index.set(click);
    });
  }

  /** Whether enough was recorded that it is worth looking whether there is something to settle. */
  get isWorthSettling(): boolean {
    return this.recordedSinceSettling >= SETTLE_EVERY;
  }

  async record(usages: readonly NewUsage[]): Promise<void> {
    await this.database.exclusively(async (connection) => {
      const clicks = usages.map((each, index) => toClick(each, this.nextUsageId + index));
      const plan = await this.plan(connection, clicks);
      const added = [...plan.added.values()];
      const contextIds = await this.contexts.findOrCreate(
        connection,
        added.map(({ usage }) => usage),
      );
      const rows = added.map((click, index) => toRow(click, contextIds[index] as number));
      await this.store(connection, rows, plan);
      this.remember(plan);
      this.nextUsageId += usages.length;
      this.recordedSinceSettling += rows.length;
    });
  }

  /** Sorts what was recorded, beside the recording; does nothing while there is little of it. */
  async settle(runRows = RUN_ROWS): Promise<void> {
    this.recordedSinceSettling = 0;
    await this.database.write(async (connection) => {
      const last = await clusterUsages(connection, runRows);
      return () => {
        if (last !== undefined) this.settledThrough = last;
      };
    });
  }

  async remove(month: YearMonth): Promise<void> {
    await this.database.write(async (connection) => {
      for (const table of ['usages_recent', 'usages_settled']) {
        const sql = `delete from ${table} where timestamp >= ? and timestamp < ?`;
        await connection.run(sql, [timestamp(month.start()), timestamp(month.end())]);
      }
      await this.months.markRemoved(connection, month);
    });
  }

  /** A single statement is a transaction by itself, and spares the time of beginning and ending one. */
  private async store(
    connection: DuckDBConnection,
    rows: Row[],
    plan: DoubleClickPlan<CountedAuthUsage, number>,
  ): Promise<void> {
    const changed = this.months.monthsToMark(
      [...plan.added.values(), ...plan.deleted.values()].map(({ last }) => last),
    );
    if (plan.deleted.size === 0 && plan.widened.size === 0 && changed.length === 0) {
      return await committing(this.insert.run(connection, rows));
    }
    await inTransaction(connection, async () => {
      await this.insert.run(connection, rows);
      await this.months.mark(connection, changed);
      await changeStored(connection, plan, this.settledThrough);
    });
    this.months.remember(changed);
  }

  private async plan(
    connection: DuckDBConnection,
    clicks: readonly Click[],
  ): Promise<DoubleClickPlan<CountedAuthUsage, number>> {
    this.index.sweep(this.clock.now().getTime());
    const older = await this.olderClicks(connection, clicks);
    const plan = new DoubleClickPlan<CountedAuthUsage, number>((key) => [
      ...this.index.get(key),
      ...(older.get(key) ?? []),
    ]);
    for (const click of clicks) plan.add(click);
    return plan;
  }

  /** The stored runs that are too old to be in the index, and that one of the clicks may join; by their key. */
  private async olderClicks(
    connection: DuckDBConnection,
    clicks: readonly Click[],
  ): Promise<Map<string, StoredClick<number>[]>> {
    const runsOfKey = new Map<string, StoredClick<number>[]>();
    const old = clicks.filter(({ time }) => time - DOUBLE_CLICK_MILLISECONDS < this.index.completeSince);
    if (old.length === 0) return runsOfKey;
    const keys = new Set(old.flatMap(({ key, adjacentKeys }) => [key, ...adjacentKeys]));
    const times = old.map(({ time }) => time);
    const earliest = new Date(times.reduce((a, b) => Math.min(a, b)) - DOUBLE_CLICK_MILLISECONDS);
    const latest = new Date(times.reduce((a, b) => Math.max(a, b)) + LONGEST_RUN_MILLISECONDS);
    const sessionhourIds = new Set(old.flatMap((click) => click.sessionhourIds));
    const found = await storedClicks(
      connection,
      `timestamp between ? and ? and timestamp < ? and ${isOneOf('sessionhour_id')}`,
      [timestamp(earliest), timestamp(latest), timestamp(new Date(this.index.completeSince)), textList(sessionhourIds)],
    );
    for (const click of found) {
      if (keys.has(click.key)) runsOfKey.set(click.key, [...(runsOfKey.get(click.key) ?? []), click]);
    }
    return runsOfKey;
  }

  private remember(plan: DoubleClickPlan<CountedAuthUsage, number>): void {
    for (const click of plan.deleted.values()) this.index.delete(click);
    for (const { usageId, key, first, last } of [...plan.widened.values(), ...plan.added.values()]) {
      if (last >= this.index.completeSince) this.index.set({ usageId, key, first, last });
    }
  }
}

function toClick({ usage, adjacentSessions }: NewUsage, usageId: number): Click {
  return {
    usageId,
    usage,
    time: usage.timestamp.getTime(),
    key: clickKey(usage),
    adjacentKeys: adjacentSessions.map(({ id }) => clickKey(usage, id)),
    sessionhourIds: [usage.sessionhour_id, ...adjacentSessions.map(({ id }) => id)],
  };
}

function toRow({ usageId, first, last, usage }: AddedClick<CountedAuthUsage, number>, contextId: number): Row {
  const ids = { usage_id: usageId, context_id: contextId, click_span_ms: last - first };
  return Object.assign(toUsageRow(usage, USAGE_COLUMNS), ids);
}

async function changeStored(
  connection: DuckDBConnection,
  plan: DoubleClickPlan<CountedAuthUsage, number>,
  settledThrough: number,
): Promise<void> {
  const tableOf = (usageId: number): string => (usageId <= settledThrough ? 'usages_settled' : 'usages_recent');
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

interface ClickRow {
  readonly usage_id: number;
  readonly time: number;
  readonly click_span_ms: number;
  readonly sessionhour_id: string;
  readonly action_labels: number;
  readonly page_url: string | null;
  readonly item_iri: string | null;
}

async function storedClicks(
  connection: DuckDBConnection,
  where: string,
  values: Parameters<typeof selectRows>[2],
): Promise<StoredClick<number>[]> {
  const rows = await selectRows<ClickRow>(
    connection,
    `select usage_id::double as usage_id, epoch_ms(timestamp)::double as time, click_span_ms, sessionhour_id, action_labels,
       page_url, item_iri
     from usages join usage_contexts using (context_id) where ${where}`,
    values,
  );
  return rows.map((row) => ({
    usageId: row.usage_id,
    key: clickKeyOf(row.sessionhour_id, fromBits(row.action_labels), row.page_url, row.item_iri),
    first: row.time - row.click_span_ms,
    last: row.time,
  }));
}
