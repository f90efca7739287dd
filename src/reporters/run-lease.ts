import { randomUUID } from 'node:crypto';
import type { MetricsRepository } from '../storage/metrics.repository.js';
import type { Clock } from '../time/clock.js';

/** A holder that has not renewed its lease for this long has lost it. */
export const LEASE_MILLISECONDS = 60_000;
const RENEWAL_MILLISECONDS = LEASE_MILLISECONDS / 3;

/**
 * The exclusive right, across all instances, to run a reporter. It covers all cycles of the reporter, because cumulative
 * counts need the earlier cycles to be complete.
 */
export class RunLease {
  private readonly holder = randomUUID();
  private expiresAt = new Date(0);
  private renewal: NodeJS.Timeout | undefined;
  private readonly losing = new AbortController();

  private constructor(
    private readonly repository: MetricsRepository,
    private readonly clock: Clock,
    private readonly name: string,
  ) {}

  /** Acquires the lease and renews it until it is released; undefined if another run holds it. */
  static async acquire(repository: MetricsRepository, clock: Clock, reporterId: string): Promise<RunLease | undefined> {
    const lease = new RunLease(repository, clock, `reporter ${reporterId}`);
    if (!(await lease.tryAcquire())) return undefined;
    // A renewal that fails is repeated; the lease is lost only if the store stays unavailable until it expires.
    lease.renewal = setInterval(() => void lease.renew().catch(() => undefined), RENEWAL_MILLISECONDS).unref();
    return lease;
  }

  /** Aborted when the lease has expired, so that another run may have started. */
  get lost(): AbortSignal {
    return this.losing.signal;
  }

  /** @throws Error if the lease is lost */
  async renew(): Promise<void> {
    this.lost.throwIfAborted();
    if (this.clock.now() >= this.expiresAt || !(await this.tryAcquire())) {
      this.losing.abort(new Error('the lease has expired: another instance may have resumed the run'));
    }
    this.lost.throwIfAborted();
  }

  async release(): Promise<void> {
    clearInterval(this.renewal);
    await this.repository.releaseLease({ name: this.name, holder: this.holder });
  }

  private async tryAcquire(): Promise<boolean> {
    const { name, holder } = this;
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + LEASE_MILLISECONDS);
    const acquired = await this.repository.acquireLease({ name, holder, now, expiresAt });
    if (acquired) this.expiresAt = expiresAt;
    return acquired;
  }
}
