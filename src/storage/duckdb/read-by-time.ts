import type { TimeRange } from '../../time/time-range.js';
import type { Database } from './database.js';
import { retryWithMemory } from './retry-with-memory.js';
import { compileTimeRange, selectRows, toTimestamp } from './sql.js';

const PAGE_SIZE = 2_000;

interface TimeOrdered {
  readonly table: string;
  /** A unique column, which orders rows with the same time. */
  readonly key: string;
  /** What to select; all columns by default. Must include `timestamp` and the key. */
  readonly columns?: string;
  /** A join to apply to each page. */
  readonly join?: string;
}

/**
 * The rows of a time range, in order of `timestamp`. Reads one page at a time as rows are consumed, so that a slow
 * consumer holds one page in memory and no connection. A page that was interrupted for a write is read again.
 */
export async function* readByTime<Row extends { readonly timestamp: Date }>(
  database: Database,
  { table, key, columns = '*', join = '' }: TimeOrdered,
  range: TimeRange,
): AsyncIterable<Row> {
  const order = `order by timestamp, ${key}`;
  let last: Row | undefined;
  for (;;) {
    const { sql, values } = compileTimeRange({ ...range, start: last?.timestamp ?? range.start });
    const after = last ? `and (timestamp > ? or ${key} > ?)` : '';
    const page = `select ${columns} from (select * from ${table} where ${sql} ${after} ${order} limit ${PAGE_SIZE}) ${join} ${order}`;
    const position = last ? [toTimestamp(last.timestamp), last[key as keyof Row] as string | bigint] : [];
    const rows = await retryWithMemory(() =>
      database.read((connection) => selectRows<Row>(connection, page, [...values, ...position])),
    );
    yield* rows;
    last = rows.at(-1);
    if (rows.length < PAGE_SIZE) return;
  }
}
