import { type DynamicModule, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { BackupsModule } from './backups/backups.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Configuration } from './config/configuration.js';
import { CounterModule } from './counter/counter.module.js';
import { DashboardModule } from './dashboard/dashboard.module.js';
import { ModerationModule } from './moderation/moderation.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { OsfModule } from './osf/osf.module.js';
import { QueriesModule } from './queries/queries.module.js';
import { ReportersModule } from './reporters/reporters.module.js';
import { ALL_REPORTS } from './reports/report-types.js';
import { ReportsModule } from './reports/reports.module.js';
import { StorageModule } from './storage/storage.module.js';
import type { Clock } from './time/clock.js';
import { TimeModule } from './time/time.module.js';
import { UsageEventsModule } from './usage-events/usage-events.module.js';

/** All modules of the service. */
@Module({
  imports: [
    ScheduleModule.forRoot(),
    OsfModule,
    UsageEventsModule,
    ModerationModule,
    ReportsModule,
    ReportersModule,
    CounterModule,
    QueriesModule,
    DashboardModule,
    BackupsModule,
    OperationsModule,
  ],
})
export class AppModule {
  static forRoot(configuration: Configuration, clock: Clock): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(configuration),
        TimeModule.forRoot(clock),
        StorageModule.forRoot(configuration, ALL_REPORTS),
      ],
    };
  }
}
