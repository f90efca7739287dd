import { Item } from '../../model/item.js';
import type { ReportClass } from '../../model/report-type.js';
import { Run } from '../../model/run.js';
import type { Clock } from '../../time/clock.js';
import { Database, type DatabaseOptions } from './database.js';
import { DeclaredTable } from './declared-table.js';
import { Moderations } from './moderations.js';
import { MonthlyUsageTable } from './monthly-usage-table.js';
import { ReportTables } from './report-tables.js';
import { addUsageColumns } from './usage-columns.js';
import { UsageMonthTable } from './usage-month-table.js';
import { UsageReader } from './usage-reader.js';
import { UsageWriter } from './usage-writer.js';

/** A file that is open, and what reads and writes it; each knows what it needs of the file, and of no other. */
export class OpenStore {
  readonly items = new DeclaredTable('items', Item);
  readonly runs = new DeclaredTable('runs', Run);
  readonly moderations: Moderations;
  readonly monthlyUsage: MonthlyUsageTable;
  readonly usageMonths: UsageMonthTable;
  readonly usageReader: UsageReader;
  readonly usageWriter: UsageWriter;
  readonly reports: ReportTables;

  private constructor(
    readonly database: Database,
    clock: Clock,
  ) {
    this.moderations = new Moderations(database);
    this.monthlyUsage = new MonthlyUsageTable(database);
    this.usageMonths = new UsageMonthTable(database, clock);
    this.usageReader = new UsageReader(database);
    this.usageWriter = new UsageWriter(database, clock, this.usageMonths);
    this.reports = new ReportTables(database);
  }

  /** Opens the file, and brings it up to date; when that fails it is closed. */
  static async open(options: DatabaseOptions, clock: Clock, reportClasses: readonly ReportClass[]): Promise<OpenStore> {
    const database = await Database.open(options);
    try {
      await database.migrate();
      const store = new OpenStore(database, clock);
      await store.prepare(reportClasses);
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
    for (const table of [this.items, this.runs, this.moderations.table, monthlyUsage.table, usageMonths.table]) {
      await this.database.write(async (connection) => await table.prepare(connection));
    }
    await this.database.write(async (connection) => await usageMonths.fill(connection));
    await this.reports.prepare(reportClasses);
    await this.usageWriter.open();
  }
}
