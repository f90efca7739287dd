import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import type { Cycle, Report } from '../reports/report.js';
import { MetricsRepository } from '../storage/metrics-repository.js';
import { Clock } from '../time/clock.js';
import { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';
import { DAILY_REPORTERS, MONTHLY_REPORTERS } from './all-reporters.js';
import { DailyReporter, MonthlyReporter, type Reporter } from './reporter.js';
import { ReporterMetrics } from './reporter-metrics.js';
import { Run } from './run.js';

const REPORTS_PER_SAVE = 1_000;
/** After so long a holder that says nothing is taken for dead. */
const LEASE_MILLISECONDS = 60_000;

/** A run that goes on, and how it ends. */
export interface StartedRun {
  readonly run: Run;
  readonly finished: Promise<Run>;
}

/** Somebody else runs the same reporter for the same cycle. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
}

/**
 * Runs reporters: of all instances one at a time for each cycle, resuming what was cut off, trying again what fails.
 */
@Injectable()
export class ReporterRunner implements OnModuleDestroy {
  readonly reporters: readonly Reporter[];
  private readonly logger = new Logger(ReporterRunner.name);
  /** Who holds the leases of this instance. */
  private readonly holder = randomUUID();
  private readonly stopping = new AbortController();
  /** By the names of their leases. */
  private readonly running = new Map<string, Promise<Run>>();

  constructor(
    @Inject(DAILY_REPORTERS) daily: readonly DailyReporter[],
    @Inject(MONTHLY_REPORTERS) monthly: readonly MonthlyReporter[],
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
    private readonly metrics: ReporterMetrics,
    private readonly clock: Clock,
  ) {
    this.reporters = [...daily, ...monthly];
  }

  find(id: string): Reporter | undefined {
    return this.reporters.find((reporter) => reporter.id === id);
  }

  /**
   * Begins a run, or goes on with the one that was cut off.
   * @throws AlreadyRunningError when somebody else is at it
   */
  async start(reporter: Reporter, cycle: Cycle): Promise<StartedRun> {
    const name = leaseName(reporter, cycle);
    if (this.running.has(name) || !(await this.renewLease(reporter, cycle))) {
      throw new AlreadyRunningError(`${reporter.id} is already running for ${cycle.toString()}`);
    }
    const run = await this.unfinishedOrNew(reporter, cycle);
    const started = Object.assign(new Run(), run);
    const finished = this.finish(reporter, cycle, run).finally(() => this.running.delete(name));
    this.running.set(name, finished);
    return { run: started, finished };
  }

  /** What is running stops after its next save, and can be gone on with. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await Promise.allSettled(this.running.values());
  }

  private async unfinishedOrNew(reporter: Reporter, cycle: Cycle): Promise<Run> {
    const [latest] = await this.repository.findRuns({ reporter: reporter.id, cycle: cycle.toString(), limit: 1 });
    if (latest?.state === 'running') return latest;
    const run = Object.assign(new Run(), {
      id: randomUUID(),
      reporter: reporter.id,
      cycle: cycle.toString(),
      state: 'running',
      started_at: this.clock.now(),
      finished_at: null,
      reports_saved: 0,
      last_key: null,
      error: null,
    });
    await this.repository.saveRun(run);
    return run;
  }

  private async finish(reporter: Reporter, cycle: Cycle, run: Run): Promise<Run> {
    const renew = (): void => void this.renewLease(reporter, cycle).catch(() => undefined);
    const renewal = setInterval(renew, LEASE_MILLISECONDS / 3);
    const measured = this.metrics.begin(reporter.id);
    try {
      await this.tryAgainAndAgain(reporter, cycle, run);
      if (!this.stopping.signal.aborted) Object.assign(run, { state: 'succeeded', finished_at: this.clock.now() });
    } catch (error) {
      this.logger.error({ err: error, reporter: reporter.id, cycle: run.cycle }, 'a run failed');
      Object.assign(run, { state: 'failed', finished_at: this.clock.now(), error: (error as Error).message });
    } finally {
      clearInterval(renewal);
      measured(run.state);
    }
    await this.repository.saveRun(run);
    await this.repository.releaseLease({ name: leaseName(reporter, cycle), holder: this.holder });
    return run;
  }

  private async tryAgainAndAgain(reporter: Reporter, cycle: Cycle, run: Run): Promise<void> {
    const { reporterRetrySeconds } = this.configuration;
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.saveAll(reporter, cycle, run);
      } catch (error) {
        const seconds = reporterRetrySeconds[tries];
        if (seconds === undefined || this.stopping.signal.aborted) throw error;
        this.logger.warn(
          `${reporter.id} failed for ${run.cycle}, next try in ${seconds} s: ${(error as Error).message}`,
        );
        await delay(seconds * 1000, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }

  private async saveAll(reporter: Reporter, cycle: Cycle, run: Run): Promise<void> {
    let batch: Report[] = [];
    for await (const report of reportsOf(reporter, cycle, run.last_key)) {
      batch.push(report);
      if (batch.length < REPORTS_PER_SAVE) continue;
      await this.save(reporter, run, batch);
      batch = [];
      if (this.stopping.signal.aborted) return;
    }
    await this.save(reporter, run, batch);
  }

  private async save(reporter: Reporter, run: Run, reports: Report[]): Promise<void> {
    const last = reports.at(-1);
    if (!last) return;
    const timestamp = this.clock.now();
    for (const report of reports) report.timestamp = timestamp;
    await this.repository.saveReports(reports);
    for (const report of reports) await reporter.afterSave?.(report);
    run.reports_saved += reports.length;
    run.last_key = reporter.keyOf(last);
    await this.repository.saveRun(run);
  }

  private async renewLease(reporter: Reporter, cycle: Cycle): Promise<boolean> {
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + LEASE_MILLISECONDS);
    return await this.repository.acquireLease({
      name: leaseName(reporter, cycle),
      holder: this.holder,
      now,
      expiresAt,
    });
  }
}

function reportsOf(reporter: Reporter, cycle: Cycle, continueAfter: string | null): AsyncIterable<Report> {
  if (reporter instanceof DailyReporter && cycle instanceof CalendarDate)
    return (reporter as DailyReporter).report(cycle);
  if (reporter instanceof MonthlyReporter && cycle instanceof YearMonth) {
    return (reporter as MonthlyReporter).report(cycle, continueAfter ?? undefined);
  }
  throw new TypeError(`${reporter.id} does not report on ${cycle.toString()}`);
}

function leaseName(reporter: Reporter, cycle: Cycle): string {
  return `${reporter.id} ${cycle.toString()}`;
}
