import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Configuration } from '../../config/configuration.js';
import type { CountedAuthUsage } from '../../model/counted-auth-usage.js';
import type { Item } from '../../model/item.js';
import type { MonthlyItemUsage, UsageCounts } from '../../model/monthly-item-usage.js';
import type { RegistriesModeration, RegistriesModerationSummary } from '../../model/registries-moderation.js';
import type { Cycle, Report } from '../../model/report.js';
import type { ReportClass } from '../../model/report-type.js';
import type { Run } from '../../model/run.js';
import type { UsageMonth } from '../../model/usage-month.js';
import type { CalendarDate } from '../../time/calendar-date.js';
import { Clock } from '../../time/clock.js';
import type { TimeRange } from '../../time/time-range.js';
import type { YearMonth } from '../../time/year-month.js';
import {
  MetricsRepository,
  type NewUsage,
  type RecordOutcome,
  REPORT_CLASSES,
  type RunFilter,
  type SavedBefore,
  type SessionKey,
  type UsageMonthBuild,
} from '../metrics.repository.js';
import type { ItemUsageQuery, MonthlyUsageFilter, MonthlyUsagePage } from '../monthly-usage-query.js';
import type { ReportQuery } from '../report-query.js';
import { StoreMetrics } from '../store-metrics.js';
import type { UsageGroup, UsageQuery, UsageQueryResult } from '../usage-query.js';
import { isOneOf, selectRows, textList, timestamp } from './database.js';
import { OpenStore } from './open-store.js';
import { SessionKeyFiles } from './session-key-files.js';

const REOPEN_MILLISECONDS = 1_000;

/** The store of a service on one machine: a DuckDB file under `DATA_DIR`, which one process uses at a time. */
@Injectable()
export class DuckDbRepository extends MetricsRepository implements OnModuleInit, OnApplicationShutdown {
  private readonly keys: SessionKeyFiles;
  private readonly logger = new Logger(DuckDbRepository.name);
  private isClosing = false;
  /** The file as it was opened last. */
  private store: OpenStore;
  private reopening: Promise<void> | undefined;

  constructor(
    private readonly configuration: Configuration,
    private readonly clock: Clock,
    private readonly metrics: StoreMetrics,
    @Inject(REPORT_CLASSES) private readonly reportClasses: readonly ReportClass[],
  ) {
    super();
    this.keys = new SessionKeyFiles(join(configuration.dataDir, 'session-keys'));
  }

  async onModuleInit(): Promise<void> {
    this.store = await this.open();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isClosing = true;
    await this.reopening;
    await this.store.close();
  }

  async recordUsages(usages: readonly NewUsage[]): Promise<RecordOutcome[]> {
    await this.store.usageWriter.record(usages);
    if (this.store.usageWriter.isWorthSettling) void this.settleBesides();
    return usages.map(() => ({ status: 'recorded' }));
  }

  /** Sorts what was recorded, as the store does by itself now and then. @param runRows how many usages at a time */
  async settle(runRows?: number): Promise<void> {
    await this.store.usageWriter.settle(runRows);
  }

  async removeUsages(month: YearMonth): Promise<void> {
    await this.store.usageWriter.remove(month);
  }

  async refresh(): Promise<void> {
    // A query sees what was committed before it.
  }

  async queryUsages(query: UsageQuery): Promise<UsageQueryResult> {
    return await this.store.usageReader.answer(query);
  }

  streamItemUsage(query: ItemUsageQuery): AsyncIterable<UsageGroup> {
    return this.store.usageReader.streamItemUsage(query);
  }

  async saveMonthlyUsage(records: readonly MonthlyItemUsage[]): Promise<void> {
    await this.store.monthlyUsage.save(records);
  }

  async removeMonthlyUsage(month: YearMonth, itemIris: readonly string[]): Promise<void> {
    await this.store.monthlyUsage.remove(month, itemIris);
  }

  async findMonthlyUsage(page: MonthlyUsagePage): Promise<MonthlyItemUsage[]> {
    return await this.store.monthlyUsage.find(page);
  }

  async sumMonthlyUsage(filter: MonthlyUsageFilter): Promise<Map<string, UsageCounts>> {
    return await this.store.monthlyUsage.sum(filter);
  }

  async listUsageMonths(): Promise<UsageMonth[]> {
    return await this.store.usageMonths.list();
  }

  async markUsageMonths(months: readonly YearMonth[]): Promise<void> {
    await this.store.database.write(async (connection) => await this.store.usageMonths.mark(connection, months));
  }

  async saveUsageMonthBuild({ month, changeId, builtAt }: UsageMonthBuild): Promise<void> {
    await this.store.usageMonths.saveBuild(month, changeId, builtAt);
  }

  streamUsages(range: TimeRange): AsyncIterable<CountedAuthUsage> {
    return this.store.usageReader.stream(range);
  }

  async saveReports(reports: readonly Report[]): Promise<void> {
    await this.store.reports.save(reports);
  }

  async removeReports(reportClass: ReportClass, reports: SavedBefore): Promise<void> {
    await this.store.reports.remove(reportClass, reports);
  }

  streamReports<R extends Report>(reportClass: ReportClass<R>, query: ReportQuery): AsyncIterable<R> {
    return this.store.reports.stream(reportClass, query);
  }

  async countReports(reportClass: ReportClass, query: ReportQuery): Promise<number> {
    return await this.store.reports.count(reportClass, query);
  }

  async latestReports<R extends Report>(
    reportClass: ReportClass<R>,
    field: keyof R & string,
    values: readonly string[],
    before: Cycle,
  ): Promise<R[]> {
    return await this.store.reports.latest(reportClass, field, values, before);
  }

  async saveItems(items: readonly Item[]): Promise<void> {
    const itemOfGuid = new Map(items.map((item) => [item.guid, item]));
    await this.store.database.write(async (connection) => await this.store.items.replace(connection, itemOfGuid));
  }

  async findItems(guids: readonly string[]): Promise<Item[]> {
    const rest = `where ${isOneOf('record_key')}`;
    return await this.store.database.lookUp(
      async (connection) => await this.store.items.select(connection, rest, [textList(guids)]),
    );
  }

  async listItems({ afterGuid = '', limit }: { afterGuid?: string; limit: number }): Promise<Item[]> {
    const rest = `where record_key > ? order by record_key limit ${limit}`;
    return await this.store.database.read(
      async (connection) => await this.store.items.select(connection, rest, [afterGuid]),
    );
  }

  async recordModerations(steps: readonly RegistriesModeration[]): Promise<void> {
    await this.store.moderations.record(steps);
  }

  streamModerations(range: TimeRange): AsyncIterable<RegistriesModeration> {
    return this.store.moderations.stream(range);
  }

  async countModerations(range: TimeRange): Promise<number> {
    return await this.store.moderations.count(range);
  }

  async summarizeModerations(): Promise<RegistriesModerationSummary[]> {
    return await this.store.moderations.summarize();
  }

  async saveRun(run: Run): Promise<void> {
    await this.store.database.write(
      async (connection) => await this.store.runs.replace(connection, new Map([[run.id, run]])),
    );
  }

  async findRuns({ id, reporter, cycle, limit }: RunFilter): Promise<Run[]> {
    const conditions = [
      ...(id === undefined ? [] : [{ sql: 'id = ?', value: id }]),
      ...(reporter === undefined ? [] : [{ sql: 'reporter = ?', value: reporter }]),
      ...(cycle === undefined ? [] : [{ sql: 'cycle = ?', value: cycle }]),
    ];
    const rest = `where ${['true', ...conditions.map(({ sql }) => sql)].join(' and ')}
      order by started_at desc, id ${limit === undefined ? '' : `limit ${limit}`}`;
    const values = conditions.map(({ value }) => value);
    return await this.store.database.lookUp(
      async (connection) => await this.store.runs.select(connection, rest, values),
    );
  }

  async acquireLease(lease: { name: string; holder: string; now: Date; expiresAt: Date }): Promise<boolean> {
    const { name, holder, now, expiresAt } = lease;
    let acquired = false;
    await this.store.database.write(async (connection) => {
      const taken = 'select 1 from leases where name = ? and holder <> ? and expires_at > ?';
      acquired = (await selectRows(connection, taken, [name, holder, timestamp(now)])).length === 0;
      if (!acquired) return;
      await connection.run('insert or replace into leases values (?, ?, ?)', [name, holder, timestamp(expiresAt)]);
    });
    return acquired;
  }

  async releaseLease({ name, holder }: { name: string; holder: string }): Promise<void> {
    await this.store.database.write(async (connection) => {
      await connection.run('delete from leases where name = ? and holder = ?', [name, holder]);
    });
  }

  async sessionKey(candidate: SessionKey): Promise<SessionKey> {
    return await this.keys.findOrSave(candidate);
  }

  async listSessionKeys(): Promise<SessionKey[]> {
    return await this.keys.list();
  }

  async deleteSessionKeys(dates: readonly CalendarDate[]): Promise<void> {
    for (const date of dates) await this.keys.delete(date);
  }

  async checkHealth(): Promise<void> {
    await this.store.database.lookUp(async (connection) => await selectRows(connection, 'select 1'));
  }

  private async open(): Promise<OpenStore> {
    const options = {
      folder: this.configuration.dataDir,
      memoryMb: this.configuration.embeddedMemoryMb,
      metrics: this.metrics,
      onInvalid: (reason: string) => this.reopen(reason),
    };
    return await OpenStore.open(options, this.clock, this.reportClasses);
  }

  /** Whoever recorded does not wait for this, and does not fail with it: it is tried again after as many usages. */
  private async settleBesides(): Promise<void> {
    try {
      await this.store.usageWriter.settle();
    } catch (error) {
      if (!this.isClosing) this.logger.error(`usages were not sorted: ${(error as Error).message}`);
    }
  }

  /** One that is invalid while it is being opened is not opened, and that is tried again. */
  private reopen(reason: string): void {
    if (!this.store || this.reopening) return;
    this.logger.error(`the embedded store is opened again: ${reason}`);
    this.reopening = this.openAgain().finally(() => (this.reopening = undefined));
  }

  /** Tries until it succeeds. Until then whoever asks for the store is told that it is away. */
  private async openAgain(): Promise<void> {
    await this.store.close();
    while (!this.isClosing) {
      try {
        this.store = await this.open();
        return;
      } catch (error) {
        this.logger.error(`the embedded store cannot be opened: ${reasonOf(error)}`);
        await delay(REOPEN_MILLISECONDS);
      }
    }
  }
}

/** What DuckDB said, when it did. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
