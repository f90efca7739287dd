import { Logger } from '@nestjs/common';
import type { Clock } from '../time/clock.js';
import type { OsfMetrics, OsfSource } from './osf-metrics.js';
import { OsfCredentialError, OsfUnavailableError } from './osf-unavailable.error.js';

const FIRST_PAUSE_MILLISECONDS = 1_000;
const MAX_PAUSE_MILLISECONDS = 30_000;
/** So many credentials that fail one after the other mean that the source fails, not the credentials. */
const MAX_FAILED_CREDENTIALS = 5;

/**
 * Protects the service from a source that fails. After a failure the circuit is open: requests fail immediately, for one
 * second at first and twice as long after each further failure. After the pause one request at a time tries the source,
 * and the first success closes the circuit. An `OsfCredentialError` opens the circuit only when several credentials have
 * failed since the last success.
 */
export class CircuitBreaker {
  private readonly logger = new Logger(CircuitBreaker.name);
  private failures = 0;
  /** By the monotonic clock. */
  private pausedUntil = 0;
  private isRequesting = false;
  /** The credentials that failed since the last success, as hashes. */
  private readonly failedCredentials = new Set<string>();

  constructor(
    private readonly source: OsfSource,
    private readonly clock: Clock,
    private readonly metrics: OsfMetrics,
  ) {}

  /** @throws OsfUnavailableError while the circuit is open, otherwise the error of `request` */
  async execute<T>(request: () => Promise<T>): Promise<T> {
    if (!this.allowsRequest()) {
      this.metrics.lookups.inc({ source: this.source, outcome: 'not_asked' });
      throw new OsfUnavailableError(`not requested: the OSF's ${this.source} failed a moment ago`);
    }
    const failuresBefore = this.failures;
    this.isRequesting = true;
    const stopTimer = this.metrics.duration.startTimer({ source: this.source });
    try {
      const result = await request();
      this.recordSuccess();
      return result;
    } catch (error) {
      this.recordFailure(error as Error, failuresBefore);
      throw error;
    } finally {
      stopTimer();
      this.isRequesting = false;
    }
  }

  private allowsRequest(): boolean {
    if (this.failures === 0) return true;
    return !this.isRequesting && this.clock.monotonicMilliseconds() >= this.pausedUntil;
  }

  private recordSuccess(): void {
    this.metrics.lookups.inc({ source: this.source, outcome: 'answered' });
    if (this.failures > 0) this.logger.log(`the OSF's ${this.source} is available again`);
    this.failures = 0;
    this.failedCredentials.clear();
  }

  private recordFailure(error: Error, failuresBefore: number): void {
    this.metrics.lookups.inc({ source: this.source, outcome: 'failed' });
    // Concurrent requests that fail for the same reason count as one failure.
    if (this.failures !== failuresBefore || this.isOfCredential(error)) return;
    const pauseMilliseconds = Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** this.failures, MAX_PAUSE_MILLISECONDS);
    this.failures += 1;
    this.pausedUntil = this.clock.monotonicMilliseconds() + pauseMilliseconds;
    this.logger.warn(`no requests to the OSF's ${this.source} for ${pauseMilliseconds / 1000} s: ${error.message}`);
  }

  /** Whether the failure may concern one credential only. */
  private isOfCredential(error: Error): boolean {
    if (!(error instanceof OsfCredentialError) || this.failures > 0) return false;
    this.failedCredentials.add(error.credentialHash);
    return this.failedCredentials.size < MAX_FAILED_CREDENTIALS;
  }
}
