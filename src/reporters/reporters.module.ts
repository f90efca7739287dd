import { Module, type Provider, type Type } from '@nestjs/common';
import { AuthModule } from '../http/auth/auth.module.js';
import { MonthlyUsageModule } from '../monthly-usage/monthly-usage.module.js';
import { PrometheusModule } from '../operations/prometheus.module.js';
import { OsfModule } from '../osf/osf.module.js';
import { DAILY_REPORTERS, dailyReporters, MONTHLY_REPORTERS, monthlyReporters } from './all-reporters.js';
import { OsfQueryRunner } from './osf/osf-query-runner.js';
import type { Reporter } from './reporter.js';
import { ReporterMetrics } from './reporter-metrics.js';
import { ReporterRunner } from './reporter-runner.service.js';
import { ReporterScheduler } from './reporter-scheduler.service.js';
import { ReportersController } from './reporters.controller.js';
import { RunsController } from './runs.controller.js';

/** How reports are made. */
@Module({
  imports: [AuthModule, PrometheusModule, OsfModule, MonthlyUsageModule],
  controllers: [RunsController, ReportersController],
  providers: [
    ...dailyReporters,
    ...monthlyReporters,
    listOf(DAILY_REPORTERS, dailyReporters),
    listOf(MONTHLY_REPORTERS, monthlyReporters),
    OsfQueryRunner,
    ReporterMetrics,
    ReporterRunner,
    ReporterScheduler,
  ],
})
export class ReportersModule {}

/** The instances of the classes as one list: Nest has no providers of many values. */
function listOf(token: symbol, classes: Type<Reporter>[]): Provider {
  return { provide: token, useFactory: (...reporters: Reporter[]) => reporters, inject: classes };
}
