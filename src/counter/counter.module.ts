import { Module } from '@nestjs/common';
import { AuthModule } from '../http/auth/auth.module.js';
import { MonthlyUsageModule } from '../monthly-usage/monthly-usage.module.js';
import { OsfModule } from '../osf/osf.module.js';
import { MONTHLY_REPORTERS, type MonthlyReporter } from '../reporters/reporter.js';
import { AvailableMonths } from './available-months.service.js';
import { Counter50Controller } from './counter-50.controller.js';
import { Counter51Controller } from './counter-51.controller.js';
import { CounterApi } from './counter-api.service.js';
import { CounterCredentials } from './counter-credentials.service.js';
import { CounterItemUsageReporter } from './counter-item-usage.reporter.js';
import { CounterPlatformUsageReporter } from './counter-platform-usage.reporter.js';
import { CounterReports } from './counter-reports.service.js';

/** The COUNTER API, and the reporters that save what it reports. */
@Module({
  imports: [AuthModule, OsfModule, MonthlyUsageModule],
  controllers: [Counter51Controller, Counter50Controller],
  providers: [
    AvailableMonths,
    CounterApi,
    CounterCredentials,
    CounterReports,
    CounterItemUsageReporter,
    CounterPlatformUsageReporter,
    {
      provide: MONTHLY_REPORTERS,
      useFactory: (...reporters: MonthlyReporter[]) => reporters,
      inject: [CounterItemUsageReporter, CounterPlatformUsageReporter],
    },
  ],
  exports: [AvailableMonths],
})
export class CounterModule {}
