import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { MetricsRepository, StoreUnavailableError } from '../storage/metrics.repository.js';
import { newSessionKey } from '../storage/new-session-key.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';

const MILLISECONDS_PER_DAY = 86_400_000;

/**
 * The secret of each day, which all instances share through the store. It is deleted a day after its day ends, or a day
 * after its creation when that is later (for backfilled usages). Until then, trusted clients can send the day's usages;
 * afterwards, nobody can link a session-hour to a visitor.
 */
@Injectable()
export class SessionKeys implements OnModuleInit {
  private readonly logger = new Logger(SessionKeys.name);
  private readonly secrets = new Map<string, Promise<Buffer>>();

  constructor(
    private readonly repository: MetricsRepository,
    private readonly clock: Clock,
  ) {}

  /** While the store is unavailable, deletion waits for the next run of the schedule. */
  async onModuleInit(): Promise<void> {
    try {
      await this.deleteExpired();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      this.logger.warn(`cannot delete expired session keys now: ${error.message}`);
    }
  }

  /** The secret of the day of an instant. */
  async secretAt(instant: Date): Promise<Buffer> {
    const date = CalendarDate.at(instant);
    const name = date.toString();
    const cached = this.secrets.get(name);
    if (cached) return await cached;
    const secret = this.findOrCreate(date);
    this.secrets.set(name, secret);
    try {
      return await secret;
    } catch (error) {
      this.secrets.delete(name);
      throw error;
    }
  }

  @Cron('0 5 * * * *', { timeZone: 'UTC', name: 'delete-session-keys' })
  async deleteExpired(): Promise<void> {
    const now = this.clock.now().getTime();
    const keys = await this.repository.listSessionKeys();
    const expired = keys.filter(
      ({ date, createdAt }) => Math.max(date.end().getTime(), createdAt.getTime()) + MILLISECONDS_PER_DAY <= now,
    );
    await this.repository.deleteSessionKeys(expired.map(({ date }) => date));
    this.secrets.clear();
  }

  private async findOrCreate(date: CalendarDate): Promise<Buffer> {
    return (await this.repository.findOrCreateSessionKey(newSessionKey(date, this.clock.now()))).secret;
  }
}
