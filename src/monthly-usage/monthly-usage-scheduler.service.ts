import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Gauge, Registry } from 'prom-client';
import { Configuration } from '../config/configuration.js';
import { describeError, UnavailableError } from '../model/errors.js';
import { isClosed, isQuiet, isUpToDate, type UsageMonth } from '../model/usage-month.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { Clock } from '../time/clock.js';
import { MonthlyUsageBuilder } from './monthly-usage-builder.service.js';
import { MonthlyUsageLockedError } from './monthly-usage-lock.service.js';

/** A month that keeps changing is built after this time. */
const MAX_WAIT_MILLISECONDS = 600_000;
const CHECK_INTERVAL_MILLISECONDS = 10_000;

/** Builds the monthly usage of closed months soon after they end or change. */
@Injectable()
export class MonthlyUsageScheduler implements OnApplicationBootstrap {
  private readonly logger = new Logger(MonthlyUsageScheduler.name);
  private readonly waiting: Gauge;
  /** When each waiting month was first seen waiting, by the monotonic clock. */
  private readonly waitingSince = new Map<string, number>();

  constructor(
    private readonly builder: MonthlyUsageBuilder,
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
    registry: Registry,
  ) {
    this.waiting = new Gauge({
      name: 'osf_metrics_usage_months_waiting',
      help: 'Closed months whose monthly usage is not built yet, or changed since',
      registers: [registry],
    });
  }

  onApplicationBootstrap(): void {
    void this.buildDue();
  }

  @Interval('build-monthly-usage', CHECK_INTERVAL_MILLISECONDS)
  async buildDue(): Promise<void> {
    if (!this.configuration.reportersEnabled) return;
    try {
      const due = new Set(this.dueMonths(await this.repository.listUsageMonths()));
      if (due.size > 0) await this.builder.buildMonths(({ month }) => due.has(month.toString()));
    } catch (error) {
      if (error instanceof MonthlyUsageLockedError) return;
      if (error instanceof UnavailableError) this.logger.warn(`monthly usage is not built: ${describeError(error)}`);
      else this.logger.error({ err: error }, 'building the monthly usage failed');
    }
  }

  private dueMonths(months: readonly UsageMonth[]): string[] {
    const [now, elapsed] = [this.clock.now(), this.clock.monotonicMilliseconds()];
    const waiting = months.filter((month) => !isUpToDate(month) && isClosed(month.month, now));
    this.waiting.set(waiting.length);
    const names = new Set(waiting.map(({ month }) => month.toString()));
    for (const name of this.waitingSince.keys()) if (!names.has(name)) this.waitingSince.delete(name);
    for (const name of names) if (!this.waitingSince.has(name)) this.waitingSince.set(name, elapsed);
    const hasWaited = (month: string): boolean =>
      elapsed - (this.waitingSince.get(month) ?? elapsed) >= MAX_WAIT_MILLISECONDS;
    const isDue = (each: UsageMonth): boolean =>
      now >= each.month.end() && (isQuiet(each, now) || hasWaited(each.month.toString()));
    return waiting.filter(isDue).map(({ month }) => month.toString());
  }
}
