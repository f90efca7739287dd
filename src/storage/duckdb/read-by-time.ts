import type { TimeRange } from '../../time/time-range.js';
import { type Database, selectRows, timestamp } from './database.js';
import { compileTimeRange } from './time-range-condition.js';

const PAGE_SIZE = 2_000;

interface TimeOrdered {
  readonly table: string;
  /** The column by which rows of the same time are in order. */
  readonly key: string;
  /** What to select; all columns by default. Must include `timestamp` and the key. */
  readonly columns?: string;
  /** What is joined to the rows of a page. */
  readonly join?: string;
}

/**
 * The rows of a time range, in order of their `timestamp`, read a page at a time as they are consumed: whoever reads slowly
 * keeps one page in memory, and does not keep the store busy.
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
    const position = last ? [timestamp(last.timestamp), last[key as keyof Row] as string | bigint] : [];
    const rows = await database.read((connection) => selectRows<Row>(connection, page, [...values, ...position]));
    yield* rows;
    last = rows.at(-1);
    if (rows.length < PAGE_SIZE) return;
  }
}
