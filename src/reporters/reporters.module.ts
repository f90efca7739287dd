import { Module, type Provider, type Type } from '@nestjs/common';
import { DAILY_REPORTERS, dailyReporters, MONTHLY_REPORTERS, monthlyReporters } from './all-reporters.js';
import { OsfReading } from './osf/osf-reading.js';
import { ReporterMetrics } from './reporter-metrics.js';
import { ReporterRunner } from './reporter-runner.js';
import { ReporterSchedule } from './reporter-schedule.js';
import { ReportersController } from './reporters.controller.js';
import { RunsController } from './runs.controller.js';
import type { Reporter } from './reporter.js';

/** How reports are made. */
@Module({
  controllers: [RunsController, ReportersController],
  providers: [
    ...dailyReporters,
    ...monthlyReporters,
    listOf(DAILY_REPORTERS, dailyReporters),
    listOf(MONTHLY_REPORTERS, monthlyReporters),
    OsfReading,
    ReporterMetrics,
    ReporterRunner,
    ReporterSchedule,
  ],
})
export class ReportersModule {}

/** The instances of the classes as one list: Nest has no providers of many values. */
function listOf(token: symbol, classes: Type<Reporter>[]): Provider {
  return { provide: token, useFactory: (...reporters: Reporter[]) => reporters, inject: classes };
}
