import { Module, type Provider, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AuthModule } from '../http/auth/auth.module.js';
import { MonthlyUsageModule } from '../monthly-usage/monthly-usage.module.js';
import { PrometheusModule } from '../operations/prometheus.module.js';
import { OsfModule } from '../osf/osf.module.js';
import { dailyReporters, monthlyReporters } from './all-reporters.js';
import { ItemUsageWebhook } from './item-usage-webhook.service.js';
import { OsfQueryRunner } from './osf/osf-query-runner.js';
import { DAILY_REPORTERS, MONTHLY_REPORTERS, type Reporter } from './reporter.js';
import { ReporterList } from './reporter-list.service.js';
import { ReporterMetrics } from './reporter-metrics.js';
import { ReporterRegistry } from './reporter-registry.service.js';
import { ReporterRunner } from './reporter-runner.service.js';
import { ReporterScheduler } from './reporter-scheduler.service.js';
import { ReportersController } from './reporters.controller.js';
import { RunsController } from './runs.controller.js';

/** Runs the reporters of all modules, and provides those that come with the service. */
@Module({
  imports: [DiscoveryModule, AuthModule, PrometheusModule, OsfModule, MonthlyUsageModule],
  controllers: [RunsController, ReportersController],
  providers: [
    ...dailyReporters,
    ...monthlyReporters,
    provideList(DAILY_REPORTERS, dailyReporters),
    provideList(MONTHLY_REPORTERS, monthlyReporters),
    ItemUsageWebhook,
    OsfQueryRunner,
    ReporterList,
    ReporterMetrics,
    ReporterRegistry,
    ReporterRunner,
    ReporterScheduler,
  ],
  exports: [ReporterList],
})
export class ReportersModule {}

function provideList(token: symbol, classes: Type<Reporter>[]): Provider {
  return { provide: token, useFactory: (...reporters: Reporter[]) => reporters, inject: classes };
}
