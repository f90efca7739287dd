import { Injectable } from '@nestjs/common';
import { Clock } from '../time/clock.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { OsfDatabase } from './osf-database.js';
import { OsfMetrics } from './osf-metrics.js';

/** Short queries of the OSF's database that requests wait for. They fail immediately while the database is unavailable. */
@Injectable()
export class OsfLookups {
  private readonly circuitBreaker: CircuitBreaker;

  constructor(
    private readonly database: OsfDatabase,
    clock: Clock,
    metrics: OsfMetrics,
  ) {
    this.circuitBreaker = new CircuitBreaker('database', clock, metrics);
  }

  /** @throws OsfUnavailableError */
  async select<Row extends object>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    return await this.circuitBreaker.execute(() => this.database.select<Row>(sql, values));
  }
}
