import { Logger } from '@nestjs/common';
import type { Clock } from '../time/clock.js';
import type { OsfMetrics, OsfSource } from './osf-metrics.js';
import { OsfUnavailableError } from './osf-unavailable.error.js';

const FIRST_MILLISECONDS = 1_000;
const LONGEST_MILLISECONDS = 30_000;

const logger = new Logger('osf');

/**
 * Leaves a source alone for a while after it failed, and twice as long each time that it fails again: while it is away
 * one request in a while waits for it, and all others go on without it.
 */
export class CircuitBreaker {
  private failures = 0;
  private until = 0;
  private isTrying = false;

  constructor(
    private readonly source: OsfSource,
    private readonly clock: Clock,
    private readonly metrics: OsfMetrics,
  ) {}

  /** @throws OsfUnavailableError without asking, when the source is left alone; or else whatever `ask` throws */
  async attempt<T>(ask: () => Promise<T>): Promise<T> {
    const { source } = this;
    if (this.failures > 0 && (this.isTrying || this.clock.now().getTime() < this.until)) {
      this.metrics.lookups.inc({ source, outcome: 'not_asked' });
      throw new OsfUnavailableError(`the OSF's ${source} failed a moment ago`);
    }
    const failuresBefore = this.failures;
    this.isTrying = true;
    const measured = this.metrics.duration.startTimer({ source });
    try {
      const answer = await ask();
      this.metrics.lookups.inc({ source, outcome: 'answered' });
      if (this.failures > 0) logger.log(`the OSF's ${source} answers again`);
      this.failures = 0;
      return answer;
    } catch (error) {
      this.metrics.lookups.inc({ source, outcome: 'failed' });
      // Requests that were under way together fail together, once.
      if (this.failures === failuresBefore) this.fail(error as Error);
      throw error;
    } finally {
      measured();
      this.isTrying = false;
    }
  }

  private fail({ message }: Error): void {
    const milliseconds = Math.min(FIRST_MILLISECONDS * 2 ** this.failures, LONGEST_MILLISECONDS);
    this.failures += 1;
    this.until = this.clock.now().getTime() + milliseconds;
    logger.warn(`left alone for ${milliseconds / 1000} s: ${message}`);
  }
}
