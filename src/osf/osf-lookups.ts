import { Injectable } from '@nestjs/common';
import { Clock } from '../time/clock.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { OsfDatabase } from './osf-database.js';
import { OsfMetrics } from './osf-metrics.js';

/** Short reads of the OSF's database, which nobody waits for while it is away. */
@Injectable()
export class OsfLookups {
  private readonly backOff: CircuitBreaker;

  constructor(
    private readonly database: OsfDatabase,
    clock: Clock,
    metrics: OsfMetrics,
  ) {
    this.backOff = new CircuitBreaker('database', clock, metrics);
  }

  /** @throws OsfUnavailableError */
  async select<Row extends object>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    return await this.backOff.attempt(() => this.database.select<Row>(sql, values));
  }
}
