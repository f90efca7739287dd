import { Module } from '@nestjs/common';
import { AuthModule } from '../http/auth/auth.module.js';
import { MonthlyUsageModule } from '../monthly-usage/monthly-usage.module.js';
import { PrometheusModule } from '../operations/prometheus.module.js';
import { OsfModule } from '../osf/osf.module.js';
import { CountedUsageController } from './counted-usage.controller.js';
import { PlatformPages } from './platform-pages.service.js';
import { Robots } from './robots.service.js';
import { SessionKeys } from './session-keys.service.js';
import { TrackerController } from './tracker.controller.js';
import { UnknownItemsController } from './unknown-items.controller.js';
import { UnknownItems } from './unknown-items.service.js';
import { UsageEnrichment } from './usage-enrichment.service.js';
import { UsageIngestion } from './usage-ingestion.service.js';
import { UsageMetrics } from './usage-metrics.js';
import { UsageRetention } from './usage-retention.service.js';
import { UsageWriteBuffer } from './usage-write-buffer.service.js';

/** Records usages: checks, enriches and stores them. */
@Module({
  imports: [AuthModule, PrometheusModule, OsfModule, MonthlyUsageModule],
  controllers: [CountedUsageController, UnknownItemsController, TrackerController],
  providers: [
    UsageEnrichment,
    UnknownItems,
    PlatformPages,
    Robots,
    SessionKeys,
    UsageIngestion,
    UsageMetrics,
    UsageWriteBuffer,
    UsageRetention,
  ],
  exports: [Robots, UsageMetrics],
})
export class UsageEventsModule {}
