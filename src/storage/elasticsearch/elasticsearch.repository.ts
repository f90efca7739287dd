import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ElasticsearchService } from '@nestjs/elasticsearch';
import { Configuration } from '../../config/configuration.js';
import type { CountedAuthUsage } from '../../model/counted-auth-usage.js';
import type { Item } from '../../model/item.js';
import type { MonthlyItemUsage, UsageCounts } from '../../model/monthly-item-usage.js';
import type { RegistriesModeration, RegistriesModerationSummary } from '../../model/registries-moderation.js';
import type { Cycle, Report } from '../../model/report.js';
import type { ReportClass } from '../../model/report-type.js';
import type { Run } from '../../model/run.js';
import type { UsageMonth } from '../../model/usage-month.js';
import { CalendarDate } from '../../time/calendar-date.js';
import { Clock } from '../../time/clock.js';
import type { TimeRange } from '../../time/time-range.js';
import type { YearMonth } from '../../time/year-month.js';
import {
  type ItemCompletion,
  MetricsRepository,
  type NewUsage,
  REPORT_CLASSES,
  type RunFilter,
  type SavedBefore,
  type SessionKey,
  type StoreOutcome,
  type StoreSpace,
} from '../metrics.repository.js';
import type {
  ItemUsageQuery,
  MonthlyCounts,
  MonthlyUsageFilter,
  MonthlyUsagePage,
  UsageMonthBuild,
} from '../monthly-usage-query.js';
import { newSessionKey } from '../new-session-key.js';
import type { ReportQuery } from '../report-query.js';
import { StoreMetrics } from '../store-metrics.js';
import type { UsageGroup, UsageQuery, UsageQueryResult } from '../usage-query.js';
import type { ItemRanking, ItemRankQuery, UsageSum, UsageSumQuery } from '../usage-sum-query.js';
import { cleanStoredUrls } from './clean-stored-urls.js';
import { Cluster } from './client/cluster.js';
import { ClusterClock } from './cluster-clock.js';
import { ClusterIndexes } from './cluster-indexes.js';
import { IndexInitializer } from './indexes/index-initializer.js';
import { IndexNames } from './indexes/index-names.js';
import { declaredTemplates, RECORD_KEY } from './indexes/index-templates.js';
import { reconcileUsageMonths } from './reconcile-usage-months.js';

/** Stores metrics in an Elasticsearch cluster that any number of instances share. */
@Injectable()
export class ElasticsearchRepository extends MetricsRepository implements OnModuleInit, OnApplicationShutdown {
  readonly isShared = true;
  private readonly names: IndexNames;
  private readonly cluster: Cluster;
  private readonly initializer: IndexInitializer;
  private readonly clusterClock: ClusterClock;
  private readonly indexes: ClusterIndexes;

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
    this.clusterClock = new ClusterClock(client, clock);
    const templates = declaredTemplates(this.names, configuration, reportClasses);
    this.initializer = new IndexInitializer(
      configuration,
      this.cluster,
      this.names,
      templates,
      () => this.migrate(clock),
      () => this.cleanStoredUrls(clock.now()),
    );
    this.indexes = new ClusterIndexes(this.cluster, this.names, clock);
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
    this.clusterClock.stop();
    await this.client.close();
  }

  private async migrate(clock: Clock): Promise<void> {
    await this.clusterClock.start();
    await reconcileUsageMonths(this.client, this.names, clock.now());
  }

  private async cleanStoredUrls(now: Date): Promise<void> {
    await cleanStoredUrls(this.cluster, this.names, async () => {
      return (await this.findOrCreateSessionKey(newSessionKey(CalendarDate.at(now), now))).secret;
    });
  }

  async recordUsages(usages: readonly NewUsage[]): Promise<StoreOutcome[]> {
    return await this.indexes.usageMonths.markAround(usages, () => this.indexes.usageWriter.record(usages));
  }

  override async prepareUsages(months: readonly YearMonth[]): Promise<void> {
    for (const month of months) await this.cluster.ensureIndex(this.names.usagesOf(month));
  }

  async completeUsages(time: TimeRange, item: ItemCompletion): Promise<number> {
    return await this.indexes.usageCompleter.complete(time, item);
  }

  /** Marks the month first: it must not be built again once its index is deleted. */
  async removeUsages(month: YearMonth): Promise<void> {
    await this.indexes.usageMonths.markRemoved(month);
    const index = this.names.usagesOf(month);
    await this.cluster.write((client) => client.indices.delete({ index, ignore_unavailable: true }));
    this.cluster.forgetIndex(index);
  }

  async refresh(): Promise<void> {
    await this.indexes.usageReader.refresh(this.names.allUsages);
  }

  async queryUsages(query: UsageQuery): Promise<UsageQueryResult> {
    return await this.indexes.usageReader.query(query);
  }

  streamItemUsage(query: ItemUsageQuery): AsyncIterable<UsageGroup> {
    return this.indexes.itemUsageReader.stream(query);
  }

  async sumUsage(query: UsageSumQuery): Promise<UsageSum[]> {
    return await this.indexes.usageSums.sum(query);
  }

  async rankItems(query: ItemRankQuery): Promise<ItemRanking> {
    return await this.indexes.usageSums.rankItems(query);
  }

  async saveMonthlyUsage(records: readonly MonthlyItemUsage[]): Promise<void> {
    await this.indexes.monthlyUsage.save(records);
  }

  async removeMonthlyUsage(month: YearMonth, itemIris: readonly string[]): Promise<void> {
    await this.indexes.monthlyUsage.remove(month, itemIris);
  }

  async findMonthlyUsage(page: MonthlyUsagePage): Promise<MonthlyItemUsage[]> {
    return await this.indexes.monthlyUsage.find(page);
  }

  async findMonthlyCounts(itemIri: string): Promise<MonthlyCounts[]> {
    return await this.indexes.monthlyUsage.findCounts(itemIri);
  }

  async sumMonthlyUsage(filter: MonthlyUsageFilter): Promise<Map<string, UsageCounts>> {
    return await this.indexes.monthlyUsage.sum(filter);
  }

  async listUsageMonths(): Promise<UsageMonth[]> {
    return await this.indexes.usageMonths.list();
  }

  async markUsageMonths(months: readonly YearMonth[]): Promise<void> {
    await this.indexes.usageMonths.mark(months);
  }

  async saveUsageMonthBuild(build: UsageMonthBuild): Promise<void> {
    await this.indexes.usageMonths.saveBuild(build);
  }

  streamUsages(range: TimeRange): AsyncIterable<CountedAuthUsage> {
    return this.indexes.usageReader.stream(range);
  }

  async saveReports(reports: readonly Report[]): Promise<void> {
    await this.indexes.reports.save(reports);
  }

  async removeReports(reportClass: ReportClass, reports: SavedBefore): Promise<void> {
    await this.indexes.reports.remove(reportClass, reports);
  }

  streamReports<R extends Report>(reportClass: ReportClass<R>, query: ReportQuery): AsyncIterable<R> {
    return this.indexes.reports.stream(reportClass, query);
  }

  async countReports(reportClass: ReportClass, query: ReportQuery): Promise<number> {
    return await this.indexes.reports.count(reportClass, query);
  }

  async findLatestReports<R extends Report>(
    reportClass: ReportClass<R>,
    field: keyof R & string,
    values: readonly string[],
    before: Cycle,
  ): Promise<R[]> {
    return await this.indexes.reports.latest(reportClass, field, values, before);
  }

  async saveItems(items: readonly Item[]): Promise<void> {
    await this.indexes.items.save(new Map(items.map((item) => [item.guid, item])));
  }

  async findItems(guids: readonly string[]): Promise<Item[]> {
    return await this.indexes.items.find(guids);
  }

  async listItems({ afterGuid, limit }: { afterGuid?: string; limit: number }): Promise<Item[]> {
    const search_after = afterGuid === undefined ? undefined : [afterGuid];
    return await this.indexes.items.search({ sort: [{ [RECORD_KEY]: 'asc' }], search_after, size: limit });
  }

  async recordModerations(steps: readonly RegistriesModeration[]): Promise<void> {
    await this.indexes.moderations.record(steps);
  }

  streamModerations(range: TimeRange): AsyncIterable<RegistriesModeration> {
    return this.indexes.moderations.stream(range);
  }

  async countModerations(range: TimeRange): Promise<number> {
    return await this.indexes.moderations.count(range);
  }

  async summarizeModerations(range: TimeRange): Promise<RegistriesModerationSummary[]> {
    return await this.indexes.moderations.summarize(range);
  }

  async saveRun(run: Run): Promise<void> {
    await this.indexes.runs.save(run);
  }

  async findRuns(filter: RunFilter): Promise<Run[]> {
    return await this.indexes.runs.find(filter);
  }

  async acquireLease(lease: { name: string; holder: string; now: Date; expiresAt: Date }): Promise<boolean> {
    return await this.indexes.leases.acquire(lease);
  }

  async releaseLease(lease: { name: string; holder: string }): Promise<void> {
    await this.indexes.leases.release(lease);
  }

  async findOrCreateSessionKey(candidate: SessionKey): Promise<SessionKey> {
    return await this.indexes.sessionKeys.findOrSave(candidate);
  }

  async listSessionKeys(): Promise<SessionKey[]> {
    return await this.indexes.sessionKeys.list();
  }

  async deleteSessionKeys(dates: readonly CalendarDate[]): Promise<void> {
    await this.indexes.sessionKeys.delete(dates);
  }

  async measureSpace(): Promise<StoreSpace> {
    const { indices, nodes } = await this.cluster.read((client) => client.cluster.stats());
    return { storedBytes: indices.store.size_in_bytes, freeBytes: nodes.fs.available_in_bytes ?? 0 };
  }

  async checkHealth(): Promise<void> {
    await this.indexes.readiness.check();
  }
}
