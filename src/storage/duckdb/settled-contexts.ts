import type { DuckDBConnection } from '@duckdb/node-api';
import { selectOne } from './sql.js';

/**
 * The contexts that clustering has settled: up to `lastId`, they are in `usage_settled_within`. Reading the number for
 * each query would take as long as finding the contexts.
 */
export class SettledContexts {
  private last = 0;

  /** It may be too low for a moment, but never too high. */
  get lastId(): number {
    return this.last;
  }

  /** To be called when the file is open, and after each clustering. */
  async read(connection: DuckDBConnection): Promise<void> {
    const sql = 'select coalesce(max(context_id), 0) as last from usage_settled_within';
    this.last = (await selectOne<{ last: number }>(connection, sql)).last;
  }
}
