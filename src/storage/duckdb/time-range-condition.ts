import type { DuckDBValue } from '@duckdb/node-api';
import type { TimeRange } from '../../time/time-range.js';
import { timestamp } from './database.js';

/** The condition on a column `timestamp`, with a placeholder for each of the values. */
export function compileTimeRange({ start, end }: TimeRange): { sql: string; values: DuckDBValue[] } {
  const conditions = ['true', ...(start ? ['timestamp >= ?'] : []), ...(end ? ['timestamp < ?'] : [])];
  const values = [start, end].flatMap((instant) => (instant ? [timestamp(instant)] : []));
  return { sql: conditions.join(' and '), values };
}
