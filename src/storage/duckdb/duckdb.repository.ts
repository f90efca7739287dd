import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Configuration } from '../../config/configuration.js';
import type { CountedAuthUsage } from '../../model/counted-auth-usage.js';
import type { Item } from '../../model/item.js';
import type { RegistriesModeration, RegistriesModerationSummary } from '../../model/registries-moderation.js';
import type { Cycle, Report } from '../../model/report.js';
import type { ReportClass } from '../../model/report-type.js';
import type { Run } from '../../model/run.js';
import type { CalendarDate } from '../../time/calendar-date.js';
import { Clock } from '../../time/clock.js';
import type { TimeRange } from '../../time/time-range.js';
import {
  type ItemPage,
  type LeaseRequest,
  MetricsRepository,
  type NewUsage,
  type RecordOutcome,
  REPORT_CLASSES,
  type RunFilter,
  type SessionKey,
} from '../metrics.repository.js';
import type { ReportQuery } from '../report-query.js';
import { StoreMetrics } from '../store-metrics.js';
import type { UsageQuery, UsageQueryResult } from '../usage-query.js';
import { OpenStore } from './open-store.js';
import { SessionKeyFiles } from './session-key-files.js';
import { compileIn, joinConditions, selectRows, toTimestamp } from './sql.js';

const REOPEN_INTERVAL_MILLISECONDS = 1_000;

/**
 * The embedded store: a DuckDB file in `DATA_DIR`, for a service that runs as one process. An error that invalidates the
 * database causes the file to be reopened; until then every call throws `StoreUnavailableError`.
 */
@Injectable()
export class DuckDbRepository extends MetricsRepository implements OnModuleInit, OnApplicationShutdown {
  private readonly keys: SessionKeyFiles;
  private readonly logger = new Logger(DuckDbRepository.name);
  private isClosing = false;
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
    if (this.store.usageWriter.isClusteringDue) void this.clusterInBackground();
    return usages.map(() => ({ status: 'recorded' }));
  }

  /** Clusters recorded usages, as the store does regularly by itself. @param clusterRows the number of usages of a cluster */
  async clusterUsages(clusterRows?: number): Promise<void> {
    await this.store.usageWriter.cluster(clusterRows);
  }

  async removeUsagesBefore(instant: Date): Promise<void> {
    await this.store.usageWriter.removeBefore(instant);
  }

  async refresh(): Promise<void> {
    // Reads see every committed write.
  }

  async queryUsages(query: UsageQuery): Promise<UsageQueryResult> {
    return await this.store.usageReader.query(query);
  }

  streamUsages(range: TimeRange): AsyncIterable<CountedAuthUsage> {
    return this.store.usageReader.stream(range);
  }

  async saveReports(reports: readonly Report[]): Promise<void> {
    await this.store.reports.save(reports);
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
    const { sql, values } = compileIn('record_key', guids);
    return await this.store.database.lookUp(
      async (connection) => await this.store.items.select(connection, `where ${sql}`, values),
    );
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

  async summarizeModerations(): Promise<RegistriesModerationSummary[]> {
    return await this.store.moderations.summarize();
  }

  async saveRun(run: Run): Promise<void> {
    await this.store.database.write(
      async (connection) => await this.store.runs.replace(connection, new Map([[run.id, run]])),
    );
  }

  async findRuns({ id, reporter, cycle, limit }: RunFilter): Promise<Run[]> {
    const { sql, values } = joinConditions([
      ...(id === undefined ? [] : [{ sql: 'id = ?', values: [id] }]),
      ...(reporter === undefined ? [] : [{ sql: 'reporter = ?', values: [reporter] }]),
      ...(cycle === undefined ? [] : [{ sql: 'cycle = ?', values: [cycle] }]),
    ]);
    const rest = `where ${sql} order by started_at desc, id ${limit === undefined ? '' : `limit ${limit}`}`;
    return await this.store.database.lookUp(
      async (connection) => await this.store.runs.select(connection, rest, values),
    );
  }

  async acquireLease({ name, holder, now, expiresAt }: LeaseRequest): Promise<boolean> {
    let acquired = false;
    await this.store.database.write(async (connection) => {
      const taken = 'select 1 from leases where name = ? and holder <> ? and expires_at > ?';
      acquired = (await selectRows(connection, taken, [name, holder, toTimestamp(now)])).length === 0;
      if (!acquired) return;
      await connection.run('insert or replace into leases values (?, ?, ?)', [name, holder, toTimestamp(expiresAt)]);
    });
    return acquired;
  }

  async releaseLease({ name, holder }: Pick<LeaseRequest, 'name' | 'holder'>): Promise<void> {
    await this.store.database.write(async (connection) => {
      await connection.run('delete from leases where name = ? and holder = ?', [name, holder]);
    });
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

  async checkHealth(): Promise<void> {
    await this.store.database.lookUp(async (connection) => await selectRows(connection, 'select 1'));
  }

  private async open(): Promise<OpenStore> {
    const options = {
      folder: this.configuration.dataDir,
      memoryMb: this.configuration.embeddedMemoryMb,
      metrics: this.metrics,
      onInvalid: (reason: string) => this.startReopening(reason),
    };
    return await OpenStore.open(options, this.clock, this.reportClasses);
  }

  /** A failure is logged, and retried when clustering is due again. */
  private async clusterInBackground(): Promise<void> {
    try {
      await this.store.usageWriter.cluster();
    } catch (error) {
      if (!this.isClosing) this.logger.error(`clustering usages failed: ${(error as Error).message}`);
    }
  }

  /** Does nothing during the first opening, which then fails, and while reopening, which retries by itself. */
  private startReopening(reason: string): void {
    if (!this.store || this.reopening) return;
    this.logger.error(`reopening the embedded store: ${reason}`);
    this.reopening = this.reopenUntilSuccessful().finally(() => (this.reopening = undefined));
  }

  private async reopenUntilSuccessful(): Promise<void> {
    await this.store.close();
    while (!this.isClosing) {
      try {
        this.store = await this.open();
        return;
      } catch (error) {
        this.logger.error(`the embedded store cannot be opened: ${reasonOf(error)}`);
        await delay(REOPEN_INTERVAL_MILLISECONDS);
      }
    }
  }
}

/** The message of DuckDB, if the error has one as its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
