import { randomUUID } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { isClosed, UsageMonth } from '../../model/usage-month.js';
import type { Clock } from '../../time/clock.js';
import { YearMonth } from '../../time/year-month.js';
import type { Database } from './database.js';
import { DeclaredTable } from './declared-table.js';
import { toTimestamp } from './sql.js';

/** Keeps track of the months that have usages, and of changes to closed months. */
export class UsageMonthTable {
  readonly table = new DeclaredTable('usage_months', UsageMonth);
  /** Open months that have a row. */
  private readonly known = new Set<string>();
  private listed: Promise<UsageMonth[]> | undefined;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Adds the months of a file that was written before months were tracked. */
  async fill(connection: DuckDBConnection): Promise<void> {
    await connection.run(
      `insert into usage_months (record_key, month, change_id, changed_at, usages_removed)
       select month, month, month, current_timestamp at time zone 'UTC', false
       from (select distinct strftime(timestamp, '%Y-%m') as month from usages)
       where not exists (select 1 from usage_months)`,
    );
  }

  /** The list is read again after each change. */
  async list(): Promise<UsageMonth[]> {
    this.listed ??= this.read();
    return await this.listed;
  }

  /** Of the times of changed usages (in milliseconds), the months that must be marked: closed ones, and new ones. */
  monthsToMark(times: Iterable<number>): YearMonth[] {
    const now = this.clock.now();
    const months = new Map<string, YearMonth>();
    for (const time of times) {
      const month = YearMonth.at(new Date(time));
      const name = month.toString();
      if (isClosed(month, now) || !this.known.has(name)) months.set(name, month);
    }
    return [...months.values()];
  }

  async saveMarks(months: readonly YearMonth[]): Promise<void> {
    await this.database.write(async (connection) => {
      await this.mark(connection, months);
      return () => this.remember(months);
    });
  }

  /** Marks months as changed, within a write. Call `remember` when it is durable. */
  async mark(connection: DuckDBConnection, months: readonly YearMonth[]): Promise<void> {
    const now = this.clock.now();
    for (const month of months) {
      const name = month.toString();
      const [changeId, changedAt] = [randomUUID(), toTimestamp(now)];
      await connection.run(
        `insert into usage_months (record_key, month, change_id, changed_at, usages_removed)
         select ?, ?, ?, ?, false where not exists (select 1 from usage_months where record_key = ?)`,
        [name, name, changeId, changedAt, name],
      );
      await connection.run('update usage_months set change_id = ?, changed_at = ? where record_key = ?', [
        changeId,
        changedAt,
        name,
      ]);
    }
  }

  /** To be called when a `mark` is durable: open months are marked once. */
  remember(months: readonly YearMonth[]): void {
    for (const month of months) this.known.add(month.toString());
    if (months.length > 0) this.forgetList();
  }

  /** To be called when a change is durable. */
  forgetList(): void {
    this.listed = undefined;
  }

  async saveBuild(month: YearMonth, changeId: string, builtAt: Date): Promise<void> {
    const sql = 'update usage_months set built_change_id = ?, built_at = ? where record_key = ?';
    await this.database.write(async (connection) => {
      await connection.run(sql, [changeId, toTimestamp(builtAt), month.toString()]);
      return () => this.forgetList();
    });
  }

  /** Marks that the usages of the month were removed, within a write. */
  async markRemoved(connection: DuckDBConnection, month: YearMonth): Promise<void> {
    await connection.run('update usage_months set usages_removed = true where record_key = ?', [month.toString()]);
  }

  private async read(): Promise<UsageMonth[]> {
    try {
      return await this.database.lookUp((connection) => this.table.select(connection, 'order by month'));
    } catch (error) {
      this.forgetList();
      throw error;
    }
  }
}
