import type pg from 'pg';
import { databaseUnavailable } from './osf-unavailable.error.js';

const DEFAULT_PAGE_ROWS = 1_000;

/** Reads the OSF's database within one transaction: all queries see the same state. */
export class OsfSnapshot {
  private cursors = 0;

  constructor(private readonly client: pg.ClientBase) {}

  /** @throws OsfUnavailableError */
  async select<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      const { rows } = await this.client.query<Row>(sql, [...values]);
      return rows;
    } catch (error) {
      throw databaseUnavailable(error);
    }
  }

  /**
   * Streams the rows of a large result through a cursor. At most one page is in memory.
   * @throws OsfUnavailableError
   */
  async *stream<Row extends object>(
    sql: string,
    values: readonly unknown[] = [],
    pageRows = DEFAULT_PAGE_ROWS,
  ): AsyncIterable<Row> {
    const cursor = `rows_${this.cursors++}`;
    await this.select(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${sql}`, values);
    for (;;) {
      const rows = await this.select<Row>(`FETCH ${pageRows} FROM ${cursor}`);
      yield* rows;
      if (rows.length < pageRows) break;
    }
    await this.select(`CLOSE ${cursor}`);
  }
}
