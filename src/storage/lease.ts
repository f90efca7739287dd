import { randomUUID } from 'node:crypto';
import type { Clock } from '../time/clock.js';
import type { MetricsRepository } from './metrics.repository.js';

/** After so long a holder that says nothing is taken for dead. */
export const LEASE_MILLISECONDS = 60_000;
const RENEWAL_MILLISECONDS = LEASE_MILLISECONDS / 3;

/**
 * The right to run a reporter, which one run of all instances has at a time. (One for each cycle would not do: a
 * cumulative count needs the earlier cycles to be done.)
 */
export class Lease {
  private readonly holder = randomUUID();
  private expiresAt = new Date(0);
  private renewal: NodeJS.Timeout | undefined;
  private readonly losing = new AbortController();

  private constructor(
    private readonly repository: MetricsRepository,
    private readonly clock: Clock,
    private readonly name: string,
  ) {}

  /** Takes the lease, and renews it until it is released; undefined when another run has it. */
  static async take(repository: MetricsRepository, clock: Clock, name: string): Promise<Lease | undefined> {
    const lease = new Lease(repository, clock, name);
    if (!(await lease.acquire())) return undefined;
    // A store that is away for a moment is asked again; one that is away for longer costs the lease.
    lease.renewal = setInterval(() => void lease.renew().catch(() => undefined), RENEWAL_MILLISECONDS).unref();
    return lease;
  }

  /** Aborted when it ran out, so that another run may have taken over. */
  get lost(): AbortSignal {
    return this.losing.signal;
  }

  /** @throws Error when it is lost */
  async renew(): Promise<void> {
    this.lost.throwIfAborted();
    if (this.clock.now() >= this.expiresAt || !(await this.acquire())) {
      this.losing.abort(new Error('the lease ran out: another instance may have taken the run over'));
    }
    this.lost.throwIfAborted();
  }

  async release(): Promise<void> {
    clearInterval(this.renewal);
    await this.repository.releaseLease({ name: this.name, holder: this.holder });
  }

  private async acquire(): Promise<boolean> {
    const { name, holder } = this;
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + LEASE_MILLISECONDS);
    const acquired = await this.repository.acquireLease({ name, holder, now, expiresAt });
    if (acquired) this.expiresAt = expiresAt;
    return acquired;
  }
}
