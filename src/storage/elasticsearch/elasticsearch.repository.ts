import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ElasticsearchService } from '@nestjs/elasticsearch';
import { Configuration } from '../../config/configuration.js';
import type { CountedAuthUsage } from '../../model/counted-auth-usage.js';
import { Item } from '../../model/item.js';
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
  REPORT_CLASSES,
  type RunFilter,
  type SavedBefore,
  type SessionKey,
  type StoreOutcome,
  StoreUnavailableError,
  type UsageMonthBuild,
} from '../metrics.repository.js';
import type { ItemUsageQuery, MonthlyUsageFilter, MonthlyUsagePage } from '../monthly-usage-query.js';
import type { ReportQuery } from '../report-query.js';
import { StoreMetrics } from '../store-metrics.js';
import type { UsageGroup, UsageQuery, UsageQueryResult } from '../usage-query.js';
import { Cluster } from './client/cluster.js';
import { IndexInitializer } from './indexes/index-initializer.js';
import { IndexNames } from './indexes/index-names.js';
import { declaredTemplates, RECORD_KEY } from './indexes/index-templates.js';
import { ElasticsearchItemUsageReader } from './item-usage-reader.js';
import { LeaseIndex } from './lease-index.js';
import { ModerationIndex } from './moderation-index.js';
import { MonthlyUsageIndexes } from './monthly-usage-indexes.js';
import { reconcileUsageMonths } from './reconcile-usage-months.js';
import { RecordIndex } from './record-index.js';
import { ReportIndexes } from './report-indexes.js';
import { RunIndex } from './run-index.js';
import { SessionKeyIndexes } from './session-key-indexes.js';
import { UsageMonthIndex } from './usage-month-index.js';
import { ElasticsearchUsageReader } from './usage-reader.js';
import { ElasticsearchUsageWriter } from './usage-writer.js';

/** Stores metrics in an Elasticsearch cluster that any number of instances share. */
@Injectable()
export class ElasticsearchRepository extends MetricsRepository implements OnModuleInit, OnApplicationShutdown {
  private readonly names: IndexNames;
  private readonly cluster: Cluster;
  private readonly initializer: IndexInitializer;
  private readonly usageWriter: ElasticsearchUsageWriter;
  private readonly usageReader: ElasticsearchUsageReader;
  private readonly itemUsageReader: ElasticsearchItemUsageReader;
  private readonly monthlyUsage: MonthlyUsageIndexes;
  private readonly usageMonths: UsageMonthIndex;
  private readonly reports: ReportIndexes;
  private readonly items: RecordIndex<Item>;
  private readonly runs: RunIndex;
  private readonly moderations: ModerationIndex;
  private readonly leases: LeaseIndex;
  private readonly sessionKeys: SessionKeyIndexes;

  constructor(
    configuration: Configuration,
    clock: Clock,
    metrics: StoreMetrics,
    private readonly client: ElasticsearchService,
    @Inject(REPORT_CLASSES) reportClasses: readonly ReportClass[],
  ) {
    super();
    this.names = new IndexNames(configuration.elasticsearchPrefix);
    this.cluster = new Cluster(client, metrics);
    const templates = declaredTemplates(this.names, configuration, reportClasses);
    this.initializer = new IndexInitializer(configuration, this.cluster, this.names, templates, () =>
      reconcileUsageMonths(client, this.names, clock.now()),
    );
    this.usageWriter = new ElasticsearchUsageWriter(this.cluster, this.names);
    this.usageReader = new ElasticsearchUsageReader(this.cluster, this.names, clock);
    this.itemUsageReader = new ElasticsearchItemUsageReader(this.cluster, this.names, clock);
    this.monthlyUsage = new MonthlyUsageIndexes(this.cluster, this.names);
    this.usageMonths = new UsageMonthIndex(this.cluster, this.names.usageMonths, clock);
    this.reports = new ReportIndexes(this.cluster, this.names);
    this.items = new RecordIndex(this.cluster, Item, this.names.items);
    this.runs = new RunIndex(this.cluster, this.names.runs);
    this.moderations = new ModerationIndex(this.cluster, this.names.moderations);
    this.leases = new LeaseIndex(this.cluster, this.names.leases);
    this.sessionKeys = new SessionKeyIndexes(this.cluster, this.names);
  }

  /**
   * Sets up the indexes. While the cluster is unavailable, the service starts without being ready.
   * @throws IndexSetupError when an index cannot be brought to its declared mapping
   */
  async onModuleInit(): Promise<void> {
    await this.initializer.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.initializer.stop();
    await this.client.close();
  }

  async recordUsages(usages: readonly NewUsage[]): Promise<StoreOutcome[]> {
    return await this.usageMonths.markAround(usages, () => this.usageWriter.record(usages));
  }

  /** Marks the month first: it must not be built again once its index is deleted. */
  async removeUsages(month: YearMonth): Promise<void> {
    await this.usageMonths.markRemoved(month);
    const index = this.names.usagesOf(month);
    await this.cluster.write((client) => client.indices.delete({ index, ignore_unavailable: true }));
  }

  async refresh(): Promise<void> {
    await this.usageReader.refresh(this.names.allUsages);
  }

  async queryUsages(query: UsageQuery): Promise<UsageQueryResult> {
    return await this.usageReader.query(query);
  }

  streamItemUsage(query: ItemUsageQuery): AsyncIterable<UsageGroup> {
    return this.itemUsageReader.stream(query);
  }

  async saveMonthlyUsage(records: readonly MonthlyItemUsage[]): Promise<void> {
    await this.monthlyUsage.save(records);
  }

  async removeMonthlyUsage(month: YearMonth, itemIris: readonly string[]): Promise<void> {
    await this.monthlyUsage.remove(month, itemIris);
  }

  async findMonthlyUsage(page: MonthlyUsagePage): Promise<MonthlyItemUsage[]> {
    return await this.monthlyUsage.find(page);
  }

  async sumMonthlyUsage(filter: MonthlyUsageFilter): Promise<Map<string, UsageCounts>> {
    return await this.monthlyUsage.sum(filter);
  }

  async listUsageMonths(): Promise<UsageMonth[]> {
    return await this.usageMonths.list();
  }

  async markUsageMonths(months: readonly YearMonth[]): Promise<void> {
    await this.usageMonths.mark(months);
  }

  async saveUsageMonthBuild(build: UsageMonthBuild): Promise<void> {
    await this.usageMonths.saveBuild(build);
  }

  streamUsages(range: TimeRange): AsyncIterable<CountedAuthUsage> {
    return this.usageReader.stream(range);
  }

  async saveReports(reports: readonly Report[]): Promise<void> {
    await this.reports.save(reports);
  }

  async removeReports(reportClass: ReportClass, reports: SavedBefore): Promise<void> {
    await this.reports.remove(reportClass, reports);
  }

  streamReports<R extends Report>(reportClass: ReportClass<R>, query: ReportQuery): AsyncIterable<R> {
    return this.reports.stream(reportClass, query);
  }

  async countReports(reportClass: ReportClass, query: ReportQuery): Promise<number> {
    return await this.reports.count(reportClass, query);
  }

  async findLatestReports<R extends Report>(
    reportClass: ReportClass<R>,
    field: keyof R & string,
    values: readonly string[],
    before: Cycle,
  ): Promise<R[]> {
    return await this.reports.latest(reportClass, field, values, before);
  }

  async saveItems(items: readonly Item[]): Promise<void> {
    await this.items.save(new Map(items.map((item) => [item.guid, item])));
  }

  async findItems(guids: readonly string[]): Promise<Item[]> {
    return await this.items.find(guids);
  }

  async listItems({ afterGuid, limit }: { afterGuid?: string; limit: number }): Promise<Item[]> {
    const search_after = afterGuid === undefined ? undefined : [afterGuid];
    return await this.items.search({ sort: [{ [RECORD_KEY]: 'asc' }], search_after, size: limit });
  }

  async recordModerations(steps: readonly RegistriesModeration[]): Promise<void> {
    await this.moderations.record(steps);
  }

  streamModerations(range: TimeRange): AsyncIterable<RegistriesModeration> {
    return this.moderations.stream(range);
  }

  async countModerations(range: TimeRange): Promise<number> {
    return await this.moderations.count(range);
  }

  async summarizeModerations(): Promise<RegistriesModerationSummary[]> {
    return await this.moderations.summarize();
  }

  async saveRun(run: Run): Promise<void> {
    await this.runs.save(run);
  }

  async findRuns(filter: RunFilter): Promise<Run[]> {
    return await this.runs.find(filter);
  }

  async acquireLease(lease: { name: string; holder: string; now: Date; expiresAt: Date }): Promise<boolean> {
    return await this.leases.acquire(lease);
  }

  async releaseLease(lease: { name: string; holder: string }): Promise<void> {
    await this.leases.release(lease);
  }

  async findOrCreateSessionKey(candidate: SessionKey): Promise<SessionKey> {
    return await this.sessionKeys.findOrSave(candidate);
  }

  async listSessionKeys(): Promise<SessionKey[]> {
    return await this.sessionKeys.list();
  }

  async deleteSessionKeys(dates: readonly CalendarDate[]): Promise<void> {
    await this.sessionKeys.delete(dates);
  }

  /** Checks that the cluster responds and that every primary shard is assigned. */
  async checkHealth(): Promise<void> {
    const { status } = await this.cluster.read((client) =>
      client.cluster.health({ index: this.names.all, timeout: '1s' }),
    );
    if (status === 'red') throw new StoreUnavailableError('Elasticsearch: some primary shards are unavailable');
  }
}
