import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ElasticsearchService } from '@nestjs/elasticsearch';
import { Configuration } from '../../config/configuration.js';
import type { CountedAuthUsage } from '../../model/counted-auth-usage.js';
import { Item } from '../../model/item.js';
import type { RegistriesModeration, RegistriesModerationSummary } from '../../model/registries-moderation.js';
import type { Cycle, Report } from '../../model/report.js';
import type { ReportClass } from '../../model/report-type.js';
import { Run } from '../../model/run.js';
import type { CalendarDate } from '../../time/calendar-date.js';
import { Clock } from '../../time/clock.js';
import type { TimeRange } from '../../time/time-range.js';
import {
  MetricsRepository,
  type NewUsage,
  REPORT_CLASSES,
  type RunFilter,
  type SessionKey,
  type StoreOutcome,
  StoreUnavailableError,
} from '../metrics.repository.js';
import type { ReportQuery } from '../report-query.js';
import { StoreMetrics } from '../store-metrics.js';
import type { UsageQuery, UsageQueryResult } from '../usage-query.js';
import { Cluster } from './cluster.js';
import { DeclaredIndex } from './declared-index.js';
import { IndexNames } from './index-names.js';
import { IndexSetup } from './index-setup.js';
import { declaredTemplates, RECORD_KEY } from './index-templates.js';
import { Leases } from './leases.js';
import { Moderations } from './moderations.js';
import { missingPrivileges } from './privileges.js';
import { ReportIndexes } from './report-indexes.js';
import { SessionKeyIndexes } from './session-key-indexes.js';
import { UsageReader } from './usage-reader.js';
import { UsageWriter } from './usage-writer.js';

const SET_UP_AGAIN_MILLISECONDS = 2_000;
const MOST_RUNS = 10_000;

/** The store of a service on many machines: an Elasticsearch cluster, which all instances share. */
@Injectable()
export class ElasticsearchRepository extends MetricsRepository implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(ElasticsearchRepository.name);
  private readonly names: IndexNames;
  private readonly cluster: Cluster;
  private readonly writer: UsageWriter;
  private readonly reader: UsageReader;
  private readonly reports: ReportIndexes;
  private readonly items: DeclaredIndex<Item>;
  private readonly runs: DeclaredIndex<Run>;
  private readonly moderations: Moderations;
  private readonly leases: Leases;
  private readonly keys: SessionKeyIndexes;
  private isClosing = false;

  constructor(
    private readonly configuration: Configuration,
    clock: Clock,
    metrics: StoreMetrics,
    private readonly client: ElasticsearchService,
    @Inject(REPORT_CLASSES) private readonly reportClasses: readonly ReportClass[],
  ) {
    super();
    this.names = new IndexNames(configuration.elasticsearchPrefix);
    this.cluster = new Cluster(client, metrics);
    this.writer = new UsageWriter(this.cluster, this.names);
    this.reader = new UsageReader(this.cluster, this.names, clock);
    this.reports = new ReportIndexes(this.cluster, this.names);
    this.items = new DeclaredIndex(this.cluster, Item, this.names.items);
    this.runs = new DeclaredIndex(this.cluster, Run, this.names.runs);
    this.moderations = new Moderations(this.cluster, this.names.moderations);
    this.leases = new Leases(this.cluster, this.names.leases);
    this.keys = new SessionKeyIndexes(this.cluster, this.names);
  }

  /**
   * Sets up the indexes. While the cluster is away the service is there, and not ready.
   * @throws IndexSetupError when the indexes cannot be as the service needs them
   */
  async onModuleInit(): Promise<void> {
    try {
      await this.setUp();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      this.logger.warn(`not ready yet: ${error.message}`);
      void this.setUpLater();
    }
  }

  async onApplicationShutdown(): Promise<void> {
    this.isClosing = true;
    await this.client.close();
  }

  async recordUsages(usages: readonly NewUsage[]): Promise<StoreOutcome[]> {
    return await this.writer.record(usages);
  }

  /** Whole months at a time. */
  async removeUsagesBefore(instant: Date): Promise<void> {
    const indexes = await this.cluster.read((client) => client.indices.get({ index: this.names.allUsages }));
    const expired = Object.keys(indexes).filter((index) => {
      const month = this.names.monthOf(index);
      return month !== undefined && month.end() <= instant;
    });
    if (expired.length > 0)
      await this.cluster.write((client) => client.indices.delete({ index: expired, ignore_unavailable: true }));
  }

  async refresh(): Promise<void> {
    await this.reader.refresh(this.names.allUsages);
  }

  async queryUsages(query: UsageQuery): Promise<UsageQueryResult> {
    return await this.reader.answer(query);
  }

  streamUsages(range: TimeRange): AsyncIterable<CountedAuthUsage> {
    return this.reader.stream(range);
  }

  async saveReports(reports: readonly Report[]): Promise<void> {
    await this.reports.save(reports);
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
    await this.runs.save(new Map([[run.id, run]]));
  }

  async findRuns({ limit = MOST_RUNS, ...fields }: RunFilter): Promise<Run[]> {
    const given = Object.entries(fields).filter(([, value]) => value !== undefined);
    return await this.runs.search({
      query: { bool: { filter: given.map(([field, value]) => ({ term: { [field]: value } })) } },
      sort: [{ started_at: 'desc' }, { [RECORD_KEY]: 'asc' }],
      size: limit,
    });
  }

  async acquireLease(lease: { name: string; holder: string; now: Date; expiresAt: Date }): Promise<boolean> {
    return await this.leases.acquire(lease);
  }

  async releaseLease(lease: { name: string; holder: string }): Promise<void> {
    await this.leases.release(lease);
  }

  async findOrCreateSessionKey(candidate: SessionKey): Promise<SessionKey> {
    return await this.keys.findOrSave(candidate);
  }

  async listSessionKeys(): Promise<SessionKey[]> {
    return await this.keys.list();
  }

  async deleteSessionKeys(dates: readonly CalendarDate[]): Promise<void> {
    await this.keys.delete(dates);
  }

  /** The cluster answers, and every shard of the service's indexes can be written to. */
  async checkHealth(): Promise<void> {
    const { status } = await this.cluster.read((client) =>
      client.cluster.health({ index: this.names.all, timeout: '1s' }),
    );
    if (status === 'red') throw new StoreUnavailableError('Elasticsearch: some shards are away');
  }

  private async setUp(): Promise<void> {
    await this.checkPrivileges();
    const templates = declaredTemplates(this.names, this.configuration, this.reportClasses);
    const mended = await new IndexSetup(this.client, this.names, templates).upgrade();
    if (mended.length > 0) this.logger.log(`the indexes were set up: ${mended.length} things were missing`);
    this.cluster.open();
  }

  private async checkPrivileges(): Promise<void> {
    const { elasticsearchUsername, elasticsearchApiKey } = this.configuration;
    if (elasticsearchUsername === '' && elasticsearchApiKey === '') return;
    const missing = await missingPrivileges(this.client, this.names);
    if (!missing) this.logger.warn('the cluster has no users: what this one may do cannot be checked');
    if (missing && missing.length > 0)
      throw new Error(`the user of Elasticsearch lacks privileges: ${missing.join(', ')}`);
  }

  /** Tries until the cluster answers. What then is wrong with it is said with each try. */
  private async setUpLater(): Promise<void> {
    while (!this.isClosing) {
      await delay(SET_UP_AGAIN_MILLISECONDS, undefined, { ref: false });
      try {
        await this.setUp();
        return;
      } catch (error) {
        this.logger.warn(`not ready yet: ${(error as Error).message}`);
      }
    }
  }
}
