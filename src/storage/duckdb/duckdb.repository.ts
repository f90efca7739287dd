import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
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
  type ItemCompletion,
  type ItemPage,
  type LeaseRequest,
  MetricsRepository,
  type NewUsage,
  type RecordOutcome,
  REPORT_CLASSES,
  type RunFilter,
  type SavedBefore,
  type SessionKey,
  type StoreSpace,
} from '../metrics.repository.js';
import type {
  ItemUsageQuery,
  MonthlyCounts,
  MonthlyUsageFilter,
  MonthlyUsagePage,
  UsageMonthBuild,
} from '../monthly-usage-query.js';
import type { ReportQuery } from '../report-query.js';
import type { StoreBackup, StoreCopy } from '../store-backup.js';
import { StoreMetrics } from '../store-metrics.js';
import type { UsageGroup, UsageQuery, UsageQueryResult } from '../usage-query.js';
import type { ItemRanking, ItemRankQuery, UsageSum, UsageSumQuery } from '../usage-sum-query.js';
import { dataFilePath, logFilePath } from './data-file.js';
import { findPositionOfFile } from './database-copy.js';
import { OpenStore } from './open-store.js';
import { ReopeningStore } from './reopening-store.js';
import { SessionKeyFiles } from './session-key-files.js';
import type { RollUpOptions } from './usage-days.js';

/**
 * The embedded store: a DuckDB file in `DATA_DIR`, for a service that runs as one process. An error that invalidates the
 * database causes the file to be reopened; until then every call throws `StoreUnavailableError`.
 */
@Injectable()
export class DuckDbRepository extends MetricsRepository implements StoreBackup, OnModuleInit, OnApplicationShutdown {
  readonly isShared = false;
  private readonly keys: SessionKeyFiles;
  private readonly file: ReopeningStore;

  constructor(
    private readonly configuration: Configuration,
    clock: Clock,
    metrics: StoreMetrics,
    @Inject(REPORT_CLASSES) reportClasses: readonly ReportClass[],
  ) {
    super();
    const { dataDir, backupDir, embeddedMemoryMb } = configuration;
    this.keys = new SessionKeyFiles(join(dataDir, 'session-keys'));
    const options = { folder: dataDir, backupDir, memoryMb: embeddedMemoryMb, metrics, clock };
    this.file = new ReopeningStore((onInvalid) => OpenStore.open({ ...options, onInvalid }, reportClasses));
  }

  async onModuleInit(): Promise<void> {
    await this.file.open();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.file.close();
  }

  async recordUsages(usages: readonly NewUsage[]): Promise<RecordOutcome[]> {
    await this.store.usageWriter.record(usages);
    void this.file.clusterUsagesIfDue();
    return usages.map(() => ({ status: 'recorded' }));
  }

  /** Clusters recorded usages, as the store does regularly by itself. @param clusterRows the number of usages of a cluster */
  async clusterUsages(clusterRows?: number): Promise<void> {
    await this.store.usageWriter.cluster(clusterRows);
  }

  /** Rolls up past days, as the store does regularly by itself. */
  async rollUpUsageDays(options: RollUpOptions): Promise<void> {
    await this.store.usageDays.rollUp(options);
  }

  async completeUsages(time: TimeRange, item: ItemCompletion): Promise<number> {
    return await this.store.usageWriter.complete(time, item);
  }

  async copyTo(path: string): Promise<StoreCopy> {
    return await this.store.database.copyTo(path);
  }

  async sizeInBytes(): Promise<number> {
    return (await stat(dataFilePath(this.configuration.dataDir))).size;
  }

  async forgetUpTo(backup: string): Promise<void> {
    const { database, journal } = this.store;
    const lastUsageId = await findPositionOfFile(backup);
    // The file must not be older than the journal.
    await database.checkpoint();
    await database.runExclusive(async () => await journal?.removeUpTo(lastUsageId));
  }

  async removeUsages(month: YearMonth): Promise<void> {
    await this.store.usageWriter.remove(month);
  }

  async refresh(): Promise<void> {
    // Reads see every committed write.
  }

  async queryUsages(query: UsageQuery): Promise<UsageQueryResult> {
    return await this.store.usageReader.query(query);
  }

  async *streamItemUsage(query: ItemUsageQuery): AsyncIterable<UsageGroup> {
    const usageCount = await this.countUsages({ time: query.where.time });
    yield* this.store.usageReader.streamItemUsage(query, usageCount);
  }

  async sumUsage(query: UsageSumQuery): Promise<UsageSum[]> {
    return await this.store.usageReader.sum(query);
  }

  async rankItems(query: ItemRankQuery): Promise<ItemRanking> {
    return await this.store.usageReader.rankItems(query);
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

  async findMonthlyCounts(itemIri: string): Promise<MonthlyCounts[]> {
    return await this.store.monthlyUsage.findCounts(itemIri);
  }

  async sumMonthlyUsage(filter: MonthlyUsageFilter): Promise<Map<string, UsageCounts>> {
    return await this.store.monthlyUsage.sum(filter);
  }

  async listUsageMonths(): Promise<UsageMonth[]> {
    return await this.store.usageMonths.list();
  }

  async markUsageMonths(months: readonly YearMonth[]): Promise<void> {
    await this.store.usageMonths.saveMarks(months);
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

  async findLatestReports<R extends Report>(
    reportClass: ReportClass<R>,
    field: keyof R & string,
    values: readonly string[],
    before: Cycle,
  ): Promise<R[]> {
    return await this.store.reports.findLatest(reportClass, field, values, before);
  }

  async saveItems(items: readonly Item[]): Promise<void> {
    const itemOfGuid = new Map(items.map((item) => [item.guid, item]));
    await this.store.database.write(async (connection) => await this.store.items.replace(connection, itemOfGuid));
  }

  async findItems(guids: readonly string[]): Promise<Item[]> {
    const { items, database } = this.store;
    const { sql, values } = items.compileLookup(guids);
    return await database.lookUp((connection) => items.select(connection, `where ${sql}`, values));
  }

  async listItems({ afterGuid = '', limit }: ItemPage): Promise<Item[]> {
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

  async summarizeModerations(range: TimeRange): Promise<RegistriesModerationSummary[]> {
    return await this.store.moderations.summarize(range);
  }

  async saveRun(run: Run): Promise<void> {
    await this.store.runs.save(run);
  }

  async findRuns(filter: RunFilter): Promise<Run[]> {
    return await this.store.runs.find(filter);
  }

  async acquireLease(lease: LeaseRequest): Promise<boolean> {
    return await this.store.leases.acquire(lease);
  }

  async releaseLease(lease: Pick<LeaseRequest, 'name' | 'holder'>): Promise<void> {
    await this.store.leases.release(lease);
  }

  async findOrCreateSessionKey(candidate: SessionKey): Promise<SessionKey> {
    return await this.keys.findOrCreate(candidate);
  }

  async listSessionKeys(): Promise<SessionKey[]> {
    return await this.keys.list();
  }

  async deleteSessionKeys(dates: readonly CalendarDate[]): Promise<void> {
    for (const date of dates) await this.keys.delete(date);
  }

  async measureSpace(): Promise<StoreSpace> {
    const { dataDir } = this.configuration;
    const { bavail, bsize } = await statfs(dataDir);
    const log = await stat(logFilePath(dataDir)).catch(() => undefined);
    return { storedBytes: (await this.sizeInBytes()) + (log?.size ?? 0), freeBytes: bavail * bsize };
  }

  async checkHealth(): Promise<void> {
    await this.store.database.checkHealth();
  }

  private get store(): OpenStore {
    return this.file.current;
  }
}
