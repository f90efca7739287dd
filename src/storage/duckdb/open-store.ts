import { Item } from '../../model/item.js';
import type { ReportClass } from '../../model/report-type.js';
import type { Clock } from '../../time/clock.js';
import { noteCleanClose } from './clean-close.js';
import type { Database } from './database.js';
import { DeclaredTable } from './declared-table.js';
import { Journal } from './journal/journal.js';
import { findOrAdoptPosition } from './journal/journal-position.js';
import { NO_REPLAY, removeJournal, type Replay, replayJournal } from './journal/replay-journal.js';
import { LeaseTable } from './lease-table.js';
import { hasLog } from './log-mark.js';
import { migrateFile } from './migrate-file.js';
import { ModerationTable } from './moderation-table.js';
import { MonthlyUsageTable } from './monthly-usage-table.js';
import { openRecovering, type RecoveringOptions } from './recover-file.js';
import { ReportTables } from './report-tables.js';
import { rewriteFile } from './rewrite-file.js';
import { RunTable } from './run-table.js';
import { SettledContexts } from './settled-contexts.js';
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
  private replayed = NO_REPLAY;

  private constructor(
    readonly database: Database,
    clock: Clock,
    private readonly folder: string,
    readonly journal: Journal | undefined,
  ) {
    this.runs = new RunTable(database);
    this.moderations = new ModerationTable(database);
    this.monthlyUsage = new MonthlyUsageTable(database);
    this.usageMonths = new UsageMonthTable(database, clock);
    this.usageDays = new UsageDays(database, clock, this.usageMonths);
    this.leases = new LeaseTable(database);
    const settledContexts = new SettledContexts();
    this.usageReader = new DuckDbUsageReader(database, settledContexts);
    this.usageWriter = new DuckDbUsageWriter(
      database,
      clock,
      this.usageMonths,
      this.usageDays,
      settledContexts,
      journal,
    );
    this.reports = new ReportTables(database);
  }

  /**
   * Opens the file, updates its tables, and stores the usages that only the journal has. Closes it if that fails.
   * @throws DamagedStoreError when the file cannot be used
   */
  static async open(options: RecoveringOptions, reportClasses: readonly ReportClass[]): Promise<OpenStore> {
    const { clock, folder, backupDir } = options;
    let database = await openRecovering(options);
    try {
      let hadPrivateData = false;
      await database.write(async (connection) => {
        hadPrivateData = await migrateFile(connection);
      });
      if (hadPrivateData) database = await rewriteFile(database, options);
      const position = await findOrAdoptPosition(database, options);
      const journal = backupDir === null ? undefined : new Journal(folder, position.storeId);
      const store = new OpenStore(database, clock, folder, journal);
      await store.prepare(reportClasses);
      store.replayed = await replayJournal(store.usageWriter, position, options);
      if (!journal) await removeJournal(folder);
      return store;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** What came back from the journal when the file was opened. */
  get replay(): Replay {
    return this.replayed;
  }

  async close(): Promise<void> {
    await this.database.close();
    await this.journal?.endSegment();
    // Without the note, the next start reads the whole file.
    if (!hasLog(this.folder)) await noteCleanClose(this.folder).catch(() => undefined);
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
