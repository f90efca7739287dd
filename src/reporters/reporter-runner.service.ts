import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import { serviceUnavailable } from '../http/json-api/api-error.js';
import { describeError } from '../model/errors.js';
import type { Cycle, Report } from '../model/report.js';
import { Run } from '../model/run.js';
import { Lease } from '../storage/lease.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { Clock } from '../time/clock.js';
import { checkReport, InvalidReportError } from './check-report.js';
import type { Reporter } from './reporter.js';
import { ReporterMetrics } from './reporter-metrics.js';

const REPORTS_PER_SAVE = 1_000;
/** How many of the latest runs are searched for the one in progress. */
const SEARCHED_RUNS = 100;

export interface StartedRun {
  /** The run at its start. */
  readonly run: Run;
  /** The run when it has ended or was interrupted; never rejects. */
  readonly finished: Promise<Run>;
}

/** The reporter is already running, in this instance or another one. */
export class RunNotStartedError extends Error {
  override readonly name: string = 'RunNotStartedError';

  constructor(
    message: string,
    /** The run that prevents this one, if it is known. */
    readonly run?: Run,
  ) {
    super(message);
  }
}

/** The cycle has already been run. */
export class RunNotNeededError extends RunNotStartedError {
  override readonly name = 'RunNotNeededError';
}

/**
 * Runs reporters. Across all instances, each reporter runs for one cycle at a time. A failed source is retried with
 * back-off, an invalid report is not; an interrupted run resumes after the last key that it saved.
 */
@Injectable()
export class ReporterRunner implements OnModuleDestroy {
  private readonly logger = new Logger(ReporterRunner.name);
  private readonly stopping = new AbortController();
  /** The latest run of each reporter in this process, by the id of the reporter. */
  private readonly latestRuns = new Map<string, StartedRun>();

  constructor(
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
    private readonly metrics: ReporterMetrics,
    private readonly clock: Clock,
  ) {}

  /**
   * Starts a run, or resumes the interrupted run of the cycle.
   *
   * @param unlessSucceededSince do not run if a run of the cycle that started at or after this instant has succeeded
   * @throws RunNotStartedError
   */
  async start(reporter: Reporter, cycle: Cycle, unlessSucceededSince?: Date): Promise<StartedRun> {
    if (this.stopping.signal.aborted) throw serviceUnavailable('the service is shutting down');
    await this.waitForRelease(reporter);
    const lease = await Lease.acquire(this.repository, this.clock, `reporter ${reporter.id}`);
    if (!lease) throw await this.alreadyRunning(reporter);
    try {
      const run = await this.findOrCreateRun(reporter, cycle, unlessSucceededSince);
      const started = { run: Object.assign(new Run(), run), finished: this.finish(reporter, cycle, run, lease) };
      this.latestRuns.set(reporter.id, { run, finished: started.finished });
      return started;
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  /** Interrupts the runs; they resume at the next start. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.latestRuns.values()].map(({ finished }) => finished));
  }

  /** A run that has ended but not yet released its lease must not prevent the next one. */
  private async waitForRelease(reporter: Reporter): Promise<void> {
    const latest = this.latestRuns.get(reporter.id);
    if (latest && latest.run.state !== 'running') await latest.finished;
  }

  private async alreadyRunning(reporter: Reporter): Promise<RunNotStartedError> {
    const runs = await this.repository.findRuns({ reporter: reporter.id, limit: SEARCHED_RUNS });
    const run = runs.find(({ state }) => state === 'running');
    return new RunNotStartedError(`${reporter.id} is already running${run ? ` for ${run.cycle}` : ''}`, run);
  }

  private async findOrCreateRun(reporter: Reporter, cycle: Cycle, unlessSucceededSince?: Date): Promise<Run> {
    const [latest] = await this.repository.findRuns({ reporter: reporter.id, cycle: cycle.toString(), limit: 1 });
    if (latest?.state === 'running') return latest;
    if (unlessSucceededSince && latest?.state === 'succeeded' && latest.started_at >= unlessSucceededSince) {
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

  /** Never rejects: a run whose final state cannot be saved is resumed later. */
  private async finish(reporter: Reporter, cycle: Cycle, run: Run, lease: Lease): Promise<Run> {
    const recordEnd = this.metrics.startRun(reporter.id);
    const context = { reporter: reporter.id, cycle: run.cycle };
    try {
      await this.runWithRetries(reporter, cycle, run, lease);
      await this.repository.removeReports(reporter.reportType, { cycle, savedBefore: run.started_at });
      Object.assign(run, { state: 'succeeded', finished_at: this.clock.now(), error: null });
    } catch (error) {
      const isInterrupted = this.stopping.signal.aborted || lease.lost.aborted;
      if (!isInterrupted) {
        this.logger.error({ err: error, ...context }, 'run failed');
        Object.assign(run, { state: 'failed', finished_at: this.clock.now(), error: describeError(error) });
      }
    }
    recordEnd(run.state);
    try {
      if (run.state !== 'running') await this.repository.saveRun(run);
      await lease.release();
    } catch (error) {
      this.logger.error({ err: error, ...context }, 'cannot save the final state of a run');
    }
    return run;
  }

  private async runWithRetries(reporter: Reporter, cycle: Cycle, run: Run, lease: Lease): Promise<void> {
    const { reporterRetrySeconds } = this.configuration;
    for (let retries = 0; ; retries += 1) {
      const keyBefore = run.last_key;
      try {
        return await this.saveAll(reporter, cycle, run, lease);
      } catch (error) {
        if (error instanceof InvalidReportError) throw error;
        const hasProgressed = run.last_key !== keyBefore;
        if (hasProgressed) retries = 0;
        const seconds = reporterRetrySeconds[retries];
        if (seconds === undefined || this.stopping.signal.aborted || lease.lost.aborted) throw error;
        this.logger.warn(`${reporter.id} failed for ${run.cycle}, retry in ${seconds} s: ${describeError(error)}`);
        await this.saveRetry(run, error, seconds);
        await delay(seconds * 1000, undefined, { signal: this.stopping.signal });
        run.error = null;
      }
    }
  }

  /** Shows why the run waits. That it cannot be saved does not end the run: the store may be what fails. */
  private async saveRetry(run: Run, error: unknown, seconds: number): Promise<void> {
    const retryAt = new Date(this.clock.now().getTime() + seconds * 1000);
    run.error = `${describeError(error)}; retry at ${retryAt.toISOString()}`;
    try {
      await this.repository.saveRun(run);
    } catch (saveError) {
      this.logger.warn(`cannot save why a run of ${run.reporter} waits: ${describeError(saveError)}`);
    }
  }

  private async saveAll(reporter: Reporter, cycle: Cycle, run: Run, lease: Lease): Promise<void> {
    if (run.last_key === null) run.reports_saved = 0;
    await this.repository.refresh();
    let batch: Report[] = [];
    const signal = AbortSignal.any([this.stopping.signal, lease.lost]);
    for await (const report of reporter.report(cycle, run.last_key ?? undefined, signal)) {
      signal.throwIfAborted();
      batch.push(report);
      if (batch.length < REPORTS_PER_SAVE) continue;
      await this.saveBatch(reporter, run, batch, lease);
      batch = [];
    }
    await this.saveBatch(reporter, run, batch, lease);
  }

  private async saveBatch(reporter: Reporter, run: Run, reports: Report[], lease: Lease): Promise<void> {
    await lease.renew();
    const last = reports.at(-1);
    if (!last) return;
    const timestamp = this.clock.now();
    for (const report of reports) {
      report.timestamp = timestamp;
      checkReport(reporter.reportType, report);
    }
    await this.repository.saveReports(reports);
    for (const report of reports) await reporter.afterSave?.(report);
    run.reports_saved += reports.length;
    run.last_key = reporter.keyOf?.(last) ?? null;
    await this.repository.saveRun(run);
  }
}
