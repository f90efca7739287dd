import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Configuration } from '../config/configuration.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';

/** Removes usages after the configured number of days. Their reports stay. */
@Injectable()
export class UsageRetention {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
  ) {}

  @Cron('0 40 3 * * *', { timeZone: 'UTC', name: 'remove-expired-usages' })
  async removeExpired(): Promise<void> {
    const { usageRetentionDays: days } = this.configuration;
    if (days === 0) return;
    await this.repository.removeUsagesBefore(CalendarDate.at(this.clock.now()).plusDays(-days).start());
  }
}
