import { Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Configuration } from '../config/configuration.js';
import { isUpToDate } from '../model/usage-month.js';
import { MonthlyUsageBuilder } from '../monthly-usage/monthly-usage-builder.service.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';

/**
 * Removes the usages of months that ended `USAGE_RETENTION_DAYS` ago. A month is removed as a whole, when its aggregate is
 * up to date: its reported counts stay.
 */
@Injectable()
export class UsageRetention {
  private readonly logger = new Logger(UsageRetention.name);

  constructor(
    private readonly repository: MetricsRepository,
    private readonly builder: MonthlyUsageBuilder,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
  ) {}

  @Cron('0 40 3 * * *', { timeZone: 'UTC', name: 'remove-expired-usages' })
  async removeExpired(): Promise<void> {
    const { usageRetentionDays: days } = this.configuration;
    if (days === 0) return;
    const cutoff = CalendarDate.at(this.clock.now()).plusDays(-days).start();
    const months = await this.repository.listUsageMonths();
    for (const { month } of months.filter((each) => !each.usages_removed && each.month.end() <= cutoff)) {
      await this.builder.buildMonths((each) => each.month.equals(month));
      const state = (await this.repository.listUsageMonths()).find((each) => each.month.equals(month));
      // A usage arrived since: the month is removed the next time.
      if (!state || !isUpToDate(state)) continue;
      await this.repository.removeUsages(month);
      this.logger.log(`removed the usages of ${month.toString()}`);
    }
  }
}
