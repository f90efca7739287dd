import { Module } from '@nestjs/common';
import { PrometheusModule } from '../operations/prometheus.module.js';
import { OsfModule } from '../osf/osf.module.js';
import { ImportedUsage } from './imported-usage.service.js';
import { ItemUsageTotals } from './item-usage-totals.service.js';
import { MonthlyUsageBuilder } from './monthly-usage-builder.service.js';
import { MonthlyUsageLock } from './monthly-usage-lock.service.js';
import { MonthlyUsageScheduler } from './monthly-usage-scheduler.service.js';

/** The monthly aggregate: the counts of every item and month, on which reports, queries and totals build. */
@Module({
  imports: [PrometheusModule, OsfModule],
  providers: [ImportedUsage, ItemUsageTotals, MonthlyUsageBuilder, MonthlyUsageLock, MonthlyUsageScheduler],
  exports: [ImportedUsage, ItemUsageTotals, MonthlyUsageBuilder],
})
export class MonthlyUsageModule {}
