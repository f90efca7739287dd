import { randomUUID } from 'node:crypto';
import type { Clock } from '../time/clock.js';
import type { MetricsRepository } from './metrics.repository.js';

/** A holder that has not renewed its lease for this long has lost it. */
export const LEASE_MILLISECONDS = 60_000;
const RENEWAL_MILLISECONDS = LEASE_MILLISECONDS / 3;

/** An exclusive right across all instances, for example to run a reporter. */
export class Lease {
  private readonly holder = randomUUID();
  /** By the monotonic clock. */
  private expiresAt = 0;
  private renewal: NodeJS.Timeout | undefined;
  private readonly losing = new AbortController();

  private constructor(
    private readonly repository: MetricsRepository,
    private readonly clock: Clock,
    private readonly name: string,
  ) {}

  /** Acquires the lease and renews it until it is released; undefined if another holder has it. */
  static async acquire(repository: MetricsRepository, clock: Clock, name: string): Promise<Lease | undefined> {
    const lease = new Lease(repository, clock, name);
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
    if (this.clock.monotonicMilliseconds() >= this.expiresAt || !(await this.tryAcquire())) {
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
    // From before the request, so that the lease never seems to last longer than it does.
    const ownExpiresAt = this.clock.monotonicMilliseconds() + LEASE_MILLISECONDS;
    const acquired = await this.repository.acquireLease({ name, holder, now, expiresAt });
    if (acquired) this.expiresAt = ownExpiresAt;
    return acquired;
  }
}
