import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Configuration } from '../config/configuration.js';
import type { Cycle } from '../model/report.js';
import type { Run } from '../model/run.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { Clock } from '../time/clock.js';
import { type DueCycle, dueCycles, parseCycle, scheduleOf } from './due-cycles.js';
import { type Reporter, UTC } from './reporter.js';
import { ReporterRunner, RunNotNeededError, RunNotStartedError } from './reporter-runner.service.js';

const RUNS_LOOKED_AT = 1_000;

/** A cycle that is to be run unless that was done by a run that began then or later. */
interface OpenCycle {
  readonly cycle: Cycle;
  readonly unlessDoneSince: Date;
}

/**
 * Sees to it that what is due is run: when a reporter says so, at start what was missed while the service was down, and
 * at any time what another instance, or this one before it was killed, was cut off from.
 */
@Injectable()
export class ReporterScheduler implements OnApplicationBootstrap {
  private readonly logger = new Logger(ReporterScheduler.name);
  private readonly startedAt: Date;

  constructor(
    private readonly runner: ReporterRunner,
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
  ) {
    this.startedAt = clock.now();
  }

  /** @throws TypeError when a reporter has no schedule */
  onApplicationBootstrap(): void {
    for (const reporter of this.runner.reporters) {
      scheduleOf(reporter);
      reporter.onDue(() => void this.look(reporter, { failedToo: true }));
      void this.look(reporter, { failedToo: true });
    }
  }

  /** Finds the runs whose holder has died, and what was due while the reporter was busy with something else. */
  @Cron('*/15 * * * * *', { ...UTC, name: 'look-after-reporters' })
  async resumeInterrupted(): Promise<void> {
    await Promise.all(this.runner.reporters.map(async (reporter) => await this.look(reporter)));
  }

  /** Runs what is open, the oldest cycle first. @param failedToo also those cycles whose run failed */
  private async look(reporter: Reporter, { failedToo = false } = {}): Promise<void> {
    if (reporter.unavailable !== undefined) return;
    try {
      const runs = await this.repository.findRuns({ reporter: reporter.id, limit: RUNS_LOOKED_AT });
      const mayGoOn = await this.runInOrder(reporter, cutOff(reporter, runs));
      if (!mayGoOn || !this.configuration.reportersEnabled) return;
      await this.runInOrder(reporter, await this.missed(reporter, runs, failedToo));
    } catch (error) {
      this.logger.error({ err: error, reporter: reporter.id }, 'cannot find out which runs are due');
    }
  }

  /** What came due since the first run or start, and was not done. */
  private async missed(reporter: Reporter, runs: readonly Run[], failedToo: boolean): Promise<OpenCycle[]> {
    const due = dueCycles(reporter, this.clock.now());
    const missed: OpenCycle[] = [];
    for (const each of due.filter((one) => this.isOfOurTime(one, runs))) {
      const open = { cycle: each.cycle, unlessDoneSince: upToDateSince(each, reporter, runs) };
      if (hasRun(runs, open, 'succeeded')) continue;
      if (failedToo || !hasRun(runs, open, 'failed')) missed.push(open);
      else if (reporter.isCumulative) break;
    }
    const latest = due.at(-1);
    if (runs.length === 0 && missed.length === 0 && latest && (await this.hasUsages(latest))) {
      missed.push({ cycle: latest.cycle, unlessDoneSince: latest.dueAt });
    }
    return missed;
  }

  /** A fresh install has no history: what was due before it is not made up for. */
  private isOfOurTime({ cycle, dueAt }: DueCycle, runs: readonly Run[]): boolean {
    return dueAt >= this.startedAt || runs.some((run) => run.cycle <= cycle.toString());
  }

  /** Tells a fresh install from a service that was down when the first run ever was due. */
  private async hasUsages({ cycle }: DueCycle): Promise<boolean> {
    await this.repository.refresh();
    return (await this.repository.countUsages({ time: { start: cycle.start(), end: cycle.end() } })) > 0;
  }

  /**
   * Runs one cycle after the other. Whoever else runs the reporter meanwhile goes through the same cycles in the same
   * order, and is left to it.
   *
   * @returns whether later cycles may be run
   */
  private async runInOrder(reporter: Reporter, cycles: readonly OpenCycle[]): Promise<boolean> {
    for (const open of cycles) {
      const state = await this.run(reporter, open);
      if (state === 'running' || (state === 'failed' && reporter.isCumulative)) return false;
    }
    return true;
  }

  /** @returns how the run ended; `running` when it has not, or is none of ours */
  private async run(reporter: Reporter, { cycle, unlessDoneSince }: OpenCycle): Promise<Run['state']> {
    if (reporter.unsupportedReason?.(cycle) !== undefined) return 'succeeded';
    try {
      const { finished } = await this.runner.start(reporter, cycle, unlessDoneSince);
      return (await finished).state;
    } catch (error) {
      if (error instanceof RunNotNeededError) return 'succeeded';
      if (error instanceof RunNotStartedError) return 'running';
      this.logger.error({ err: error, reporter: reporter.id, cycle: cycle.toString() }, 'a run could not begin');
      return 'failed';
    }
  }
}

function hasRun(runs: readonly Run[], { cycle, unlessDoneSince }: OpenCycle, state: Run['state']): boolean {
  return runs.some((run) => {
    return run.cycle === cycle.toString() && run.state === state && run.started_at >= unlessDoneSince;
  });
}

/** A run that began earlier is none about the whole cycle, or builds on reports that have been replaced since. */
function upToDateSince({ cycle, dueAt }: DueCycle, { isCumulative }: Reporter, runs: readonly Run[]): Date {
  const builtOn = isCumulative ? runs.filter((run) => run.state === 'succeeded' && run.cycle < cycle.toString()) : [];
  return builtOn.reduce((latest, { started_at }) => (started_at > latest ? started_at : latest), dueAt);
}

/** Runs that stand as running; those that in truth are cannot be started, as they have the lease. */
function cutOff(reporter: Reporter, runs: readonly Run[]): OpenCycle[] {
  const running = runs.filter(({ state }) => state === 'running').sort((a, b) => (a.cycle < b.cycle ? -1 : 1));
  return running.map(({ cycle, started_at }) => ({ cycle: parseCycle(reporter, cycle), unlessDoneSince: started_at }));
}
