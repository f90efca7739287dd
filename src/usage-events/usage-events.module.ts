import { Module } from '@nestjs/common';
import { CompleteUsage } from './complete-usage.js';
import { CountedUsageBatchController } from './counted-usage-batch.controller.js';
import { CountedUsageController } from './counted-usage.controller.js';
import { ModerationExportController } from './moderation-export.controller.js';
import { RegistriesModerationController } from './registries-moderation.controller.js';
import { Robots } from './robots.js';
import { SessionKeys } from './session-keys.js';
import { TrackerController } from './tracker.controller.js';
import { UsageExportController } from './usage-export.controller.js';
import { UsageIntake } from './usage-intake.js';
import { UsageMetrics } from './usage-metrics.js';
import { UsageRecorder } from './usage-recorder.js';
import { UsageRetention } from './usage-retention.js';

/** How usages come in. */
@Module({
  controllers: [
    CountedUsageController,
    CountedUsageBatchController,
    UsageExportController,
    RegistriesModerationController,
    ModerationExportController,
    TrackerController,
  ],
  providers: [CompleteUsage, Robots, SessionKeys, UsageIntake, UsageMetrics, UsageRecorder, UsageRetention],
})
export class UsageEventsModule {}
