import { type DuckDBConnection, DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api';
import type { TimeRange } from '../../time/time-range.js';

/** SQL with one placeholder for each value. */
export interface Statement {
  readonly sql: string;
  readonly values: DuckDBValue[];
}

/** The value of a column of type `timestamp`. */
export function toTimestamp(instant: Date): DuckDBTimestampValue {
  return new DuckDBTimestampValue(BigInt(instant.getTime()) * 1000n);
}

/** A text as a constant. DuckDB plans a statement with placeholders twice, which takes longer than a lookup itself. */
export function compileText(text: string): string {
  return `('${text.replaceAll("'", "''").replaceAll('\0', "' || chr(0) || '")}')`;
}

/** A condition on a text expression: one of the values. */
export function compileIn(expression: string, values: Iterable<string>): Statement {
  const sql = `${expression} in (select unnest(from_json(?, '["VARCHAR"]')))`;
  return { sql, values: [JSON.stringify([...values])] };
}

/** A condition on a column `timestamp`. It has no placeholders: DuckDB skips blocks of rows by constants only. */
export function compileTimeRange({ start, end }: TimeRange): Statement {
  return joinConditions([
    ...(start ? [{ sql: `timestamp >= ${compileTimestamp(start)}`, values: [] }] : []),
    ...(end ? [{ sql: `timestamp < ${compileTimestamp(end)}`, values: [] }] : []),
  ]);
}

/** The condition that a time is in one of the ranges. It has no placeholders. */
export function compileTimeRanges(ranges: readonly TimeRange[]): string {
  if (ranges.length === 0) return 'false';
  return `(${ranges.map((range) => `(${compileTimeRange(range).sql})`).join(' or ')})`;
}

function compileTimestamp(instant: Date): string {
  return `make_timestamp_ms(${instant.getTime()})`;
}

/** A condition that holds if all conditions do; of none: `true`. */
export function joinConditions(conditions: readonly Statement[]): Statement {
  const sql = conditions.length === 0 ? 'true' : conditions.map((condition) => condition.sql).join(' and ');
  return { sql, values: conditions.flatMap(({ values }) => values) };
}

export async function selectRows<Row>(
  connection: DuckDBConnection,
  sql: string,
  values: DuckDBValue[] = [],
): Promise<Row[]> {
  const result = await connection.run(sql, values);
  return (await result.getRowObjectsJS()) as Row[];
}

/** For a query that always returns one row. */
export async function selectOne<Row>(
  connection: DuckDBConnection,
  sql: string,
  values: DuckDBValue[] = [],
): Promise<Row> {
  const [row] = await selectRows<Row>(connection, sql, values);
  return row as Row;
}
