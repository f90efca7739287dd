import { type DynamicModule, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { ConfigModule } from './config/config.module.js';
import type { Configuration } from './config/configuration.js';
import { HttpModule } from './http/http.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { OsfModule } from './osf/osf.module.js';
import { QueriesModule } from './queries/queries.module.js';
import { ReportersModule } from './reporters/reporters.module.js';
import { ReportsModule } from './reports/reports.module.js';
import { StorageModule } from './storage/storage.module.js';
import type { Clock } from './time/clock.js';
import { TimeModule } from './time/time.module.js';
import { UsageEventsModule } from './usage-events/usage-events.module.js';

/** The whole wiring: usage events come in, reporters make reports of them, reports and queries are read. */
@Module({
  imports: [
    ScheduleModule.forRoot(),
    HttpModule,
    OsfModule,
    UsageEventsModule,
    ReportsModule,
    ReportersModule,
    QueriesModule,
    OperationsModule,
  ],
})
export class AppModule {
  static with(configuration: Configuration, clock: Clock): DynamicModule {
    return {
      module: AppModule,
      imports: [ConfigModule.with(configuration), TimeModule.with(clock), StorageModule.with(configuration)],
    };
  }
}
