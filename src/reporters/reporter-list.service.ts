import { Injectable } from '@nestjs/common';
import { reportTypeOf } from '../model/report-type.js';
import { Clock } from '../time/clock.js';
import type { ReporterAttributes } from './reporter.dto.js';
import type { Reporter } from './reporter.js';
import { ReporterRegistry } from './reporter-registry.service.js';
import { ReporterScheduler } from './reporter-scheduler.service.js';

export interface ListedReporter {
  readonly id: string;
  readonly attributes: ReporterAttributes;
}

/** Describes the reporters and how their runs went, for the API and the dashboard. */
@Injectable()
export class ReporterList {
  constructor(
    private readonly registry: ReporterRegistry,
    private readonly scheduler: ReporterScheduler,
    private readonly clock: Clock,
  ) {}

  /** All reporters, including unavailable ones; daily ones first. */
  async list(): Promise<ListedReporter[]> {
    return await Promise.all(this.registry.getAll().map(async (reporter) => await this.describe(reporter)));
  }

  private async describe(reporter: Reporter): Promise<ListedReporter> {
    const { id, period, description } = reportTypeOf(reporter.reportType);
    const schedule = this.registry.scheduleOf(reporter);
    const { latestRun, lastSuccessAt, waitingCycles } = await this.scheduler.findState(reporter);
    const isAvailable = reporter.unavailable === undefined;
    const attributes: ReporterAttributes = {
      class_name: reporter.constructor.name,
      period,
      description,
      schedule: String(schedule.source),
      unavailable: reporter.unavailable ?? null,
      waiting_cycles: [...waitingCycles],
      last_success_at: lastSuccessAt ?? null,
      next_run_at: isAvailable ? schedule.getNextDateFrom(this.clock.now(), 'UTC').toJSDate() : null,
      latest_run: latestRun ?? null,
    };
    return { id, attributes };
  }
}
