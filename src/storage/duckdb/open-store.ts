import { Item } from '../../model/item.js';
import type { ReportClass } from '../../model/report-type.js';
import type { Clock } from '../../time/clock.js';
import { hasData } from './data-file.js';
import { Database, type DatabaseOptions } from './database.js';
import { DeclaredTable } from './declared-table.js';
import { LeaseTable } from './lease-table.js';
import { ModerationTable } from './moderation-table.js';
import { MonthlyUsageTable } from './monthly-usage-table.js';
import { ReportTables } from './report-tables.js';
import { rewriteFile } from './rewrite-file.js';
import { RunTable } from './run-table.js';
import { addUsageColumns } from './usage-columns.js';
import { UsageDays } from './usage-days.js';
import { UsageMonthTable } from './usage-month-table.js';
import { DuckDbUsageReader } from './usage-reader.js';
import { DuckDbUsageWriter } from './usage-writer.js';

/** An open file with its readers and writers, whose caches are valid for this file only. Reopening creates a new one. */
export class OpenStore {
  readonly items = new DeclaredTable('items', Item);
  readonly runs: RunTable;
  readonly moderations: ModerationTable;
  readonly monthlyUsage: MonthlyUsageTable;
  readonly usageMonths: UsageMonthTable;
  readonly usageDays: UsageDays;
  readonly leases: LeaseTable;
  readonly usageReader: DuckDbUsageReader;
  readonly usageWriter: DuckDbUsageWriter;
  readonly reports: ReportTables;

  private constructor(
    readonly database: Database,
    clock: Clock,
  ) {
    this.runs = new RunTable(database);
    this.moderations = new ModerationTable(database);
    this.monthlyUsage = new MonthlyUsageTable(database);
    this.usageMonths = new UsageMonthTable(database, clock);
    this.usageDays = new UsageDays(database, clock, this.usageMonths);
    this.leases = new LeaseTable(database);
    this.usageReader = new DuckDbUsageReader(database);
    this.usageWriter = new DuckDbUsageWriter(database, clock, this.usageMonths, this.usageDays);
    this.reports = new ReportTables(database);
  }

  /** Opens the file and updates its tables. Closes it if that fails. */
  static async open(options: DatabaseOptions, clock: Clock, reportClasses: readonly ReportClass[]): Promise<OpenStore> {
    const isNew = !hasData(options.folder);
    let database = await Database.open(options);
    try {
      if (await database.migrate()) database = await rewriteFile(database, options);
      const store = new OpenStore(database, clock);
      await store.prepare(reportClasses);
      if (!isNew) void database.verify();
      return store;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  private async prepare(reportClasses: readonly ReportClass[]): Promise<void> {
    await this.database.write(addUsageColumns);
    const { monthlyUsage, usageMonths } = this;
    for (const table of [this.items, this.runs.table, this.moderations.table, monthlyUsage.table, usageMonths.table]) {
      await this.database.write(async (connection) => await table.prepare(connection));
    }
    await this.database.write(async (connection) => await usageMonths.fill(connection));
    await this.database.read(async (connection) => await this.usageDays.open(connection));
    await this.reports.prepare(reportClasses);
    await this.usageWriter.open();
  }
}
