import { Injectable } from '@nestjs/common';
import { Mutex } from 'async-mutex';
import { UnavailableError } from '../model/errors.js';
import { Lease } from '../storage/lease.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { Clock } from '../time/clock.js';

const LEASE_NAME = 'monthly usage';

/** Another instance changes the monthly aggregate. */
export class MonthlyUsageLockedError extends UnavailableError {
  override readonly name = 'MonthlyUsageLockedError';
  readonly publicMessage = 'the monthly usage is being built; try again';
}

/** The right to change the monthly aggregate, which one task of all instances has at a time. */
@Injectable()
export class MonthlyUsageLock {
  private readonly mutex = new Mutex();

  constructor(
    private readonly repository: MetricsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs work that reads records of the aggregate and saves them. Tasks of this instance wait for each other.
   * @throws MonthlyUsageLockedError when another instance has the lock
   */
  async runExclusive<T>(work: (lease: Lease) => Promise<T>): Promise<T> {
    return await this.mutex.runExclusive(async () => {
      const lease = await Lease.acquire(this.repository, this.clock, LEASE_NAME);
      if (!lease) throw new MonthlyUsageLockedError('another instance changes the monthly usage');
      try {
        return await work(lease);
      } finally {
        await lease.release();
      }
    });
  }
}
