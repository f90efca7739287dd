import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { MetricsRepository, type SessionKey, StoreUnavailableError } from '../storage/metrics.repository.js';
import { newSessionKey } from '../storage/new-session-key.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';

const MILLISECONDS_PER_DAY = 86_400_000;
const DELETION_INTERVAL_MILLISECONDS = 3_600_000;

/**
 * The secret of each day, which all instances share through the store. It is deleted a day after its day ends, or a day
 * after the day of its creation when that is later (for backfilled usages). Until then, trusted clients can send the day's
 * usages; afterwards, nobody can link a session-hour to a visitor. Keys of days after tomorrow were made while the clock was
 * wrong.
 */
@Injectable()
export class SessionKeys implements OnModuleInit {
  private readonly logger = new Logger(SessionKeys.name);
  /** By the number of the day since 1970. */
  private readonly secrets = new Map<number, Promise<Buffer>>();

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
    const day = Math.floor(instant.getTime() / MILLISECONDS_PER_DAY);
    const cached = this.secrets.get(day);
    if (cached) return await cached;
    const secret = this.findOrCreate(CalendarDate.at(instant));
    this.secrets.set(day, secret);
    try {
      return await secret;
    } catch (error) {
      this.secrets.delete(day);
      throw error;
    }
  }

  @Interval('delete-session-keys', DELETION_INTERVAL_MILLISECONDS)
  async deleteExpired(): Promise<void> {
    const now = this.clock.now();
    const keys = await this.repository.listSessionKeys();
    const expired = keys.filter((key) => isExpired(key, now));
    await this.repository.deleteSessionKeys(expired.map(({ date }) => date));
    this.secrets.clear();
  }

  private async findOrCreate(date: CalendarDate): Promise<Buffer> {
    return (await this.repository.findOrCreateSessionKey(newSessionKey(date, this.clock.now()))).secret;
  }
}

function isExpired({ date, createdAt }: SessionKey, now: Date): boolean {
  const today = CalendarDate.at(now);
  if (date.compare(today.plusDays(1)) > 0) return true;
  // A creation in the future is that of a wrong clock, and says nothing.
  const createdOn = createdAt > now ? date : CalendarDate.at(createdAt);
  const lastNeededOn = createdOn.compare(date) > 0 ? createdOn : date;
  return lastNeededOn.plusDays(1).compare(today) < 0;
}
