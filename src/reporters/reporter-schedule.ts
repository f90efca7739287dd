import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import type { Cycle } from '../reports/report.js';
import { MetricsRepository } from '../storage/metrics-repository.js';
import { Clock } from '../time/clock.js';
import { compareCycles, cycleBefore, latestDueCycle, missedCycles, parseCycle } from './cycles.js';
import type { Reporter } from './reporter.js';
import { AlreadyRunningError, ReporterRunner } from './reporter-runner.js';

const RUNS_LOOKED_AT = 1_000;

/** Runs reporters when they are due, and at start those that were cut off or missed while the service was down. */
@Injectable()
export class ReporterSchedule implements OnApplicationBootstrap {
  private readonly logger = new Logger(ReporterSchedule.name);

  constructor(
    private readonly runner: ReporterRunner,
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.configuration.reportersEnabled) return;
    for (const reporter of this.runner.reporters) {
      reporter.onDue(() => void this.run(reporter, [cycleBefore(reporter, this.clock.now())]));
      void this.catchUp(reporter);
    }
  }

  /** Goes on with what was cut off, and does what was missed; the oldest cycle first. */
  async catchUp(reporter: Reporter): Promise<void> {
    try {
      await this.run(reporter, await this.openCycles(reporter));
    } catch (error) {
      this.logger.error({ err: error, reporter: reporter.id }, 'cannot find out which runs were missed');
    }
  }

  private async openCycles(reporter: Reporter): Promise<Cycle[]> {
    const runs = await this.repository.findRuns({ reporter: reporter.id, limit: RUNS_LOOKED_AT });
    const now = this.clock.now();
    const cutOff = runs.filter(({ state }) => state === 'running').map(({ cycle }) => parseCycle(reporter, cycle));
    const done = runs.filter(({ state }) => state === 'succeeded').map(({ cycle }) => parseCycle(reporter, cycle));
    const lastDone = done.sort(compareCycles).at(-1);
    const missed = lastDone ? missedCycles(reporter, lastDone, now) : await this.firstCycle(reporter, now);
    const open = new Map([...cutOff, ...missed].map((cycle) => [cycle.toString(), cycle]));
    return [...open.values()].sort(compareCycles);
  }

  /** Before the first run ever, a cycle was missed only if the service already recorded usages in it. */
  private async firstCycle(reporter: Reporter, now: Date): Promise<Cycle[]> {
    const cycle = latestDueCycle(reporter, now);
    const { all } = await this.repository.answerUsageQuery({
      where: { time: { start: cycle.start(), end: cycle.end() } },
      groupings: { all: { by: 'all', measures: { usages: { count: 'usages' } } } },
    });
    return Number(all?.[0]?.measures['usages'] ?? 0) > 0 ? [cycle] : [];
  }

  /** Runs the reporter for each cycle that no other instance does or did; a run that fails does not keep the others. */
  private async run(reporter: Reporter, cycles: readonly Cycle[]): Promise<void> {
    for (const cycle of cycles) {
      try {
        if (reporter.refusal?.(cycle) !== undefined || (await this.isDone(reporter, cycle))) continue;
        const { finished } = await this.runner.start(reporter, cycle);
        await finished;
      } catch (error) {
        if (error instanceof AlreadyRunningError) continue;
        this.logger.error({ err: error, reporter: reporter.id, cycle: cycle.toString() }, 'a run could not begin');
      }
    }
  }

  private async isDone(reporter: Reporter, cycle: Cycle): Promise<boolean> {
    const [latest] = await this.repository.findRuns({ reporter: reporter.id, cycle: cycle.toString(), limit: 1 });
    return latest?.state === 'succeeded';
  }
}
