import { Injectable } from '@nestjs/common';
import { BackupScheduler } from '../backups/backup-scheduler.service.js';
import { Configuration } from '../config/configuration.js';
import { describeStore } from '../config/describe-store.js';
import { VERSION } from '../config/version.js';
import { orIfUnavailable, UnavailableError } from '../model/errors.js';
import { isClosed, isUpToDate } from '../model/usage-month.js';
import { ReadinessCheck } from '../operations/readiness-check.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import { Robots } from '../usage-events/robots.service.js';
import { SKIP_REASONS, type SkipReason, UsageMetrics } from '../usage-events/usage-metrics.js';
import type { ServiceState, SkippedUsages } from './service-state.js';

/** Reads the state of the service, also while its store is unavailable: it is needed most then. */
@Injectable()
export class ServiceStateReader {
  private readonly startedAt: Date;

  constructor(
    private readonly repository: MetricsRepository,
    private readonly readiness: ReadinessCheck,
    private readonly backups: BackupScheduler,
    private readonly robots: Robots,
    private readonly metrics: UsageMetrics,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
  ) {
    this.startedAt = clock.now();
  }

  async read(): Promise<ServiceState> {
    const { listDate } = this.robots;
    const [notReady, space, waitingMonths] = await Promise.all([
      this.findProblem(),
      orIfUnavailable(() => this.repository.measureSpace(), null),
      orIfUnavailable(() => this.findWaitingMonths(), null),
    ]);
    return {
      version: VERSION,
      started_at: this.startedAt,
      not_ready: notReady,
      recorded_usages: await readCounter(this.metrics.recorded),
      skipped_usages: await this.readSkippedUsages(),
      unknown_item_usages: await readCounter(this.metrics.unknownItems),
      waiting_months: waitingMonths,
      robot_list_date: listDate?.toString() ?? null,
      robot_list_age_days: listDate ? CalendarDate.at(this.clock.now()).compare(listDate) : null,
      store: describeStore(this.configuration),
      store_byte_count: space?.storedBytes ?? null,
      free_byte_count: space?.freeBytes ?? null,
      last_backup_at: (await this.backups.findLatest()) ?? null,
    };
  }

  private async findProblem(): Promise<string | null> {
    try {
      await this.readiness.checkHealth();
      return null;
    } catch (error) {
      if (error instanceof UnavailableError) return error.publicMessage;
      throw error;
    }
  }

  /** The current month always changes. */
  private async findWaitingMonths(): Promise<string[]> {
    const now = this.clock.now();
    const months = await this.repository.listUsageMonths();
    return months.filter((each) => isClosed(each.month, now) && !isUpToDate(each)).map(({ month }) => month.toString());
  }

  private async readSkippedUsages(): Promise<SkippedUsages> {
    const { values } = await this.metrics.skipped.get();
    const countOf = (reason: SkipReason): number => values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
    return Object.fromEntries(SKIP_REASONS.map((reason) => [reason, countOf(reason)])) as Record<SkipReason, number>;
  }
}

async function readCounter(counter: UsageMetrics['recorded']): Promise<number> {
  const { values } = await counter.get();
  return values[0]?.value ?? 0;
}
