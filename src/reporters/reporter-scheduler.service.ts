import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Configuration } from '../config/configuration.js';
import type { Cycle } from '../model/report.js';
import type { Run, RunState } from '../model/run.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { Clock } from '../time/clock.js';
import { type DueCycle, dueCycles, dueTimeOf, parseCycle } from './due-cycles.js';
import type { Reporter } from './reporter.js';
import { ReporterMetrics } from './reporter-metrics.js';
import { ReporterRegistry } from './reporter-registry.service.js';
import { ReporterRunner, RunNotNeededError, RunNotStartedError } from './reporter-runner.service.js';
import { RetrySchedule } from './retry-schedule.js';

/** How many of the latest runs of a reporter are considered. */
const CONSIDERED_RUNS = 1_000;
const CHECK_INTERVAL_MILLISECONDS = 15_000;

/** A cycle to run, unless a run that started at or after the given instant has succeeded. */
interface PendingCycle {
  readonly cycle: Cycle;
  /** Undefined: run it in any case. */
  readonly unlessSucceededSince?: Date;
}

/** A due cycle, which may have a valid run. */
interface PossibleCycle extends DueCycle {
  /** The data changed, so that earlier runs are not valid. */
  readonly isPending?: boolean;
}

/** A due cycle without a valid run. */
interface MissedCycle extends PendingCycle {
  readonly dueSince: Date;
}

/** How the runs of a reporter went, and what it has to do. */
export interface ReporterState {
  /** The run that was started last. */
  readonly latestRun?: Run;
  /** When the latest successful run ended; undefined before the first success. */
  readonly lastSuccessAt?: Date;
  /** The cycles that wait for a run, oldest first. */
  readonly waitingCycles: readonly string[];
}

/**
 * Starts the runs that are due: when the schedule of a reporter fires, at start (cycles that were missed while the service
 * was down), and every few seconds (runs that were interrupted in this or another instance, and those that failed, with
 * longer and longer waits).
 */
@Injectable()
export class ReporterScheduler implements OnApplicationBootstrap {
  private readonly logger = new Logger(ReporterScheduler.name);
  private readonly startedAt: Date;
  private readonly retries: RetrySchedule;

  constructor(
    private readonly registry: ReporterRegistry,
    private readonly runner: ReporterRunner,
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
    private readonly metrics: ReporterMetrics,
    private readonly clock: Clock,
  ) {
    this.startedAt = clock.now();
    this.retries = new RetrySchedule(clock);
  }

  /** @throws TypeError if a reporter has no schedule */
  onApplicationBootstrap(): void {
    for (const reporter of this.registry.getAll()) {
      this.registry.scheduleOf(reporter);
      if (reporter.unavailable === undefined) this.metrics.addReporter(reporter.id);
      reporter.onDue(() => void this.checkDue(reporter, { retryFailed: true }));
      void this.checkDue(reporter, { retryFailed: true });
    }
  }

  /** The latest runs of a reporter, and the cycles that wait for one; none if it is unavailable. */
  async findState(reporter: Reporter): Promise<ReporterState> {
    const runs = await this.repository.findRuns({ reporter: reporter.id, limit: CONSIDERED_RUNS });
    const due = reporter.unavailable === undefined ? await this.dueCycles(reporter, runs) : [];
    return {
      latestRun: runs[0],
      lastSuccessAt: lastSuccessOf(runs),
      waitingCycles: this.missedCycles(reporter, runs, due, true).map(({ cycle }) => cycle.toString()),
    };
  }

  /** Resumes interrupted runs, and starts those that became due while the reporter was busy or have failed. */
  @Interval('resume-interrupted-runs', CHECK_INTERVAL_MILLISECONDS)
  async resumeInterrupted(): Promise<void> {
    await Promise.all(this.registry.getAll().map(async (reporter) => await this.checkDue(reporter)));
  }

  /**
   * Runs the pending cycles of a reporter, oldest first.
   * @param retryFailed whether to run cycles again now whose run failed, without waiting
   */
  private async checkDue(reporter: Reporter, { retryFailed = false } = {}): Promise<void> {
    if (reporter.unavailable !== undefined) return;
    try {
      const runs = await this.repository.findRuns({ reporter: reporter.id, limit: CONSIDERED_RUNS });
      const due = await this.dueCycles(reporter, runs);
      this.recordCheck(reporter, runs, due);
      const mayContinue = await this.runInOrder(reporter, interruptedRuns(reporter, runs));
      if (!mayContinue || !this.configuration.reportersEnabled) return;
      await this.runInOrder(reporter, this.missedCycles(reporter, runs, due, retryFailed));
    } catch (error) {
      this.logger.error({ err: error, reporter: reporter.id }, 'cannot find the runs that are due');
    }
  }

  /** Exposes what is due as metrics, also on an instance that does not run reporters. */
  private recordCheck(reporter: Reporter, runs: readonly Run[], due: readonly PossibleCycle[]): void {
    const missed = this.missedCycles(reporter, runs, due, true);
    this.metrics.recordCheck(reporter.id, {
      checkedAt: this.clock.now(),
      dueCycles: missed.length,
      oldestDueSince: earliestOf(missed.map(({ dueSince }) => dueSince)),
      lastSuccessAt: lastSuccessOf(runs),
    });
  }

  /** Due cycles without a valid run, oldest first. @param retryFailed whether failed cycles need not wait */
  private missedCycles(
    reporter: Reporter,
    runs: readonly Run[],
    due: readonly PossibleCycle[],
    retryFailed: boolean,
  ): MissedCycle[] {
    const missed: MissedCycle[] = [];
    for (const each of due) {
      const { cycle, isPending = false } = each;
      if (reporter.unsupportedReason?.(cycle) !== undefined) continue;
      const dueSince = staleBefore(each, reporter, runs);
      if (!isPending && runsOf(runs, cycle, 'succeeded', dueSince).length > 0) continue;
      if (this.retries.isDue(runsOf(runs, cycle, 'failed', dueSince)) || retryFailed) {
        missed.push({ cycle, dueSince, unlessSucceededSince: isPending ? undefined : dueSince });
      } else if (reporter.isCumulative) break;
    }
    return missed;
  }

  /** The cycles of the schedule and those with data, oldest first; `dueAt` is not before the last change of the data. */
  private async dueCycles(reporter: Reporter, runs: readonly Run[]): Promise<PossibleCycle[]> {
    if (reporter.follows !== undefined) return await this.succeededCycles(reporter, reporter.follows);
    const [schedule, now] = [this.registry.scheduleOf(reporter), this.clock.now()];
    const scheduled = dueCycles(reporter, schedule, now);
    const due = new Map<string, PossibleCycle>();
    for (const each of scheduled.filter((one) => this.isAfterInstall(one, runs))) due.set(each.cycle.toString(), each);
    for (const { cycle, changedAt, isPending } of (await reporter.findCyclesWithData?.()) ?? []) {
      const dueAt = dueTimeOf(cycle, schedule);
      if (dueAt > now) continue;
      due.set(cycle.toString(), { cycle, dueAt: changedAt > dueAt ? changedAt : dueAt, isPending });
    }
    const latest = scheduled.at(-1);
    if (runs.length === 0 && due.size === 0 && latest && (await this.hasUsages(latest))) return [latest];
    return [...due.values()].sort((a, b) => a.cycle.start().getTime() - b.cycle.start().getTime());
  }

  /** The cycles for which another reporter has succeeded; each is due since its latest success. */
  private async succeededCycles(reporter: Reporter, followed: string): Promise<DueCycle[]> {
    const runs = await this.repository.findRuns({ reporter: followed, limit: CONSIDERED_RUNS });
    const due = new Map<string, DueCycle>();
    for (const { cycle, state, finished_at } of runs.reverse()) {
      if (state !== 'succeeded' || !finished_at) continue;
      due.set(cycle, { cycle: parseCycle(reporter, cycle), dueAt: finished_at });
    }
    return [...due.values()].sort((a, b) => a.cycle.start().getTime() - b.cycle.start().getTime());
  }

  /** Cycles that were due before the service was installed are not caught up. */
  private isAfterInstall({ cycle, dueAt }: DueCycle, runs: readonly Run[]): boolean {
    return dueAt >= this.startedAt || runs.some((run) => run.cycle <= cycle.toString());
  }

  /** Distinguishes a service that was down when its first run was due from a new installation. */
  private async hasUsages({ cycle }: DueCycle): Promise<boolean> {
    await this.repository.refresh();
    return (await this.repository.countUsages({ time: { start: cycle.start(), end: cycle.end() } })) > 0;
  }

  /**
   * Runs one cycle after the other. If another instance is running the reporter, the remaining cycles are left to it: it
   * runs the same ones in the same order.
   *
   * @returns whether later cycles may be run
   */
  private async runInOrder(reporter: Reporter, cycles: readonly PendingCycle[]): Promise<boolean> {
    for (const pending of cycles) {
      const state = await this.run(reporter, pending);
      if (state === 'running' || (state === 'failed' && reporter.isCumulative)) return false;
    }
    return true;
  }

  /** @returns the final state; `running` if the run was interrupted or another instance executes it */
  private async run(reporter: Reporter, { cycle, unlessSucceededSince }: PendingCycle): Promise<RunState> {
    if (reporter.unsupportedReason?.(cycle) !== undefined) return 'succeeded';
    try {
      const { finished } = await this.runner.start(reporter, cycle, unlessSucceededSince);
      return (await finished).state;
    } catch (error) {
      if (error instanceof RunNotNeededError) return 'succeeded';
      if (error instanceof RunNotStartedError) return 'running';
      this.logger.error({ err: error, reporter: reporter.id, cycle: cycle.toString() }, 'cannot start a run');
      return 'failed';
    }
  }
}

/** The valid runs of a cycle that ended in the state. */
function runsOf(runs: readonly Run[], cycle: Cycle, state: RunState, since: Date): Run[] {
  return runs.filter((run) => run.cycle === cycle.toString() && run.state === state && run.started_at >= since);
}

/** Runs started before this instant are stale: the cycle was not over yet, or an earlier cycle was rerun since. */
function staleBefore({ cycle, dueAt }: DueCycle, { isCumulative }: Reporter, runs: readonly Run[]): Date {
  const earlier = isCumulative ? runs.filter((run) => run.state === 'succeeded' && run.cycle < cycle.toString()) : [];
  return latestOf([dueAt, ...earlier.map(({ started_at }) => started_at)]) ?? dueAt;
}

/** Cycles of runs in state `running`, oldest first. Starting one has no effect while another instance holds its lease. */
function interruptedRuns(reporter: Reporter, runs: readonly Run[]): PendingCycle[] {
  const running = runs.filter(({ state }) => state === 'running').sort((a, b) => (a.cycle < b.cycle ? -1 : 1));
  return running.map(({ cycle, started_at }) => ({
    cycle: parseCycle(reporter, cycle),
    unlessSucceededSince: started_at,
  }));
}

function lastSuccessOf(runs: readonly Run[]): Date | undefined {
  return latestOf(runs.flatMap(({ state, finished_at }) => (state === 'succeeded' && finished_at ? finished_at : [])));
}

function earliestOf(instants: readonly Date[]): Date | undefined {
  return instants.reduce<Date | undefined>((found, each) => (found && found <= each ? found : each), undefined);
}

function latestOf(instants: readonly Date[]): Date | undefined {
  return instants.reduce<Date | undefined>((found, each) => (found && found >= each ? found : each), undefined);
}
