import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import { serviceUnavailable } from '../http/json-api/api-error.js';
import type { Cycle, Report } from '../model/report.js';
import { Run } from '../model/run.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { Clock } from '../time/clock.js';
import { DAILY_REPORTERS, MONTHLY_REPORTERS } from './all-reporters.js';
import type { DailyReporter, MonthlyReporter, Reporter } from './reporter.js';
import { ReporterMetrics } from './reporter-metrics.js';
import { RunLease } from './run-lease.js';

const REPORTS_PER_SAVE = 1_000;
const RUNS_LOOKED_AT = 100;

/** A run that goes on, and how it stands when it ends or is cut off. */
export interface StartedRun {
  readonly run: Run;
  readonly finished: Promise<Run>;
}

/** The reporter cannot run now: it is running, here or elsewhere. */
export class RunNotStartedError extends Error {
  override readonly name: string = 'NotStartedError';

  constructor(
    message: string,
    /** The run that is in the way, as far as it is known. */
    readonly run?: Run,
  ) {
    super(message);
  }
}

/** There is no need to run the reporter. */
export class RunNotNeededError extends RunNotStartedError {
  override readonly name = 'AlreadyDoneError';
}

/** Runs reporters: each once at a time in all instances, going on with what was cut off, trying again what fails. */
@Injectable()
export class ReporterRunner implements OnModuleDestroy {
  readonly reporters: readonly Reporter[];
  private readonly logger = new Logger(ReporterRunner.name);
  private readonly stopping = new AbortController();
  /** What runs here, by the id of its reporter. */
  private readonly running = new Map<string, StartedRun>();

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
   * @param unlessDoneSince leave it when a run for the cycle that began then or later has succeeded
   * @throws RunNotStartedError
   */
  async start(reporter: Reporter, cycle: Cycle, unlessDoneSince?: Date): Promise<StartedRun> {
    if (this.stopping.signal.aborted) throw serviceUnavailable('the service is about to end');
    await this.ended(reporter);
    const lease = await RunLease.take(this.repository, this.clock, reporter.id);
    if (!lease) throw await this.alreadyRunning(reporter);
    try {
      const run = await this.unfinishedOrNew(reporter, cycle, unlessDoneSince);
      const started = { run: Object.assign(new Run(), run), finished: this.finish(reporter, cycle, run, lease) };
      this.running.set(reporter.id, { run, finished: started.finished });
      return started;
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  /** What is running is cut off, and can be gone on with. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.running.values()].map(({ finished }) => finished));
  }

  /** A run whose end is known already, but that still has the lease, is not in the way. */
  private async ended(reporter: Reporter): Promise<void> {
    const started = this.running.get(reporter.id);
    if (started && started.run.state !== 'running') await started.finished;
  }

  private async alreadyRunning(reporter: Reporter): Promise<RunNotStartedError> {
    const runs = await this.repository.findRuns({ reporter: reporter.id, limit: RUNS_LOOKED_AT });
    const run = runs.find(({ state }) => state === 'running');
    return new RunNotStartedError(`${reporter.id} is already running${run ? ` for ${run.cycle}` : ''}`, run);
  }

  private async unfinishedOrNew(reporter: Reporter, cycle: Cycle, unlessDoneSince?: Date): Promise<Run> {
    const [latest] = await this.repository.findRuns({ reporter: reporter.id, cycle: cycle.toString(), limit: 1 });
    if (latest?.state === 'running') return latest;
    if (unlessDoneSince && latest?.state === 'succeeded' && latest.started_at >= unlessDoneSince) {
      throw new RunNotNeededError(`${reporter.id} has already run for ${latest.cycle}`, latest);
    }
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

  /** Never fails: a run whose end cannot be stored is gone on with later. */
  private async finish(reporter: Reporter, cycle: Cycle, run: Run, lease: RunLease): Promise<Run> {
    const measured = this.metrics.begin(reporter.id);
    try {
      await this.runWithRetries(reporter, cycle, run, lease);
      Object.assign(run, { state: 'succeeded', finished_at: this.clock.now() });
    } catch (error) {
      const isCutOff = this.stopping.signal.aborted || lease.lost.aborted;
      if (!isCutOff) {
        this.logger.error({ err: error, reporter: reporter.id, cycle: run.cycle }, 'a run failed');
        Object.assign(run, { state: 'failed', finished_at: this.clock.now(), error: messageOf(error) });
      }
    }
    measured(run.state);
    try {
      if (run.state !== 'running') await this.repository.saveRun(run);
      await lease.release();
    } catch (error) {
      this.logger.error({ err: error, reporter: reporter.id, cycle: run.cycle }, 'the end of a run was not stored');
    }
    return run;
  }

  private async runWithRetries(reporter: Reporter, cycle: Cycle, run: Run, lease: RunLease): Promise<void> {
    const { reporterRetrySeconds } = this.configuration;
    for (let tries = 0; ; tries += 1) {
      const keyBefore = run.last_key;
      try {
        return await this.saveAll(reporter, cycle, run, lease);
      } catch (error) {
        if (run.last_key !== keyBefore) tries = 0;
        const seconds = reporterRetrySeconds[tries];
        if (seconds === undefined || this.stopping.signal.aborted || lease.lost.aborted) throw error;
        this.logger.warn(`${reporter.id} failed for ${run.cycle}, next try in ${seconds} s: ${messageOf(error)}`);
        await delay(seconds * 1000, undefined, { signal: this.stopping.signal });
      }
    }
  }

  private async saveAll(reporter: Reporter, cycle: Cycle, run: Run, lease: RunLease): Promise<void> {
    if (run.last_key === null) run.reports_saved = 0;
    await this.repository.refresh();
    let batch: Report[] = [];
    const signal = AbortSignal.any([this.stopping.signal, lease.lost]);
    for await (const report of reporter.report(cycle, run.last_key ?? undefined, signal)) {
      signal.throwIfAborted();
      batch.push(report);
      if (batch.length < REPORTS_PER_SAVE) continue;
      await this.save(reporter, run, batch, lease);
      batch = [];
    }
    await this.save(reporter, run, batch, lease);
  }

  private async save(reporter: Reporter, run: Run, reports: Report[], lease: RunLease): Promise<void> {
    await lease.renew();
    const last = reports.at(-1);
    if (!last) return;
    const timestamp = this.clock.now();
    for (const report of reports) report.timestamp = timestamp;
    await this.repository.saveReports(reports);
    for (const report of reports) await reporter.afterSave?.(report);
    run.reports_saved += reports.length;
    run.last_key = reporter.keyOf?.(last) ?? null;
    await this.repository.saveRun(run);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
