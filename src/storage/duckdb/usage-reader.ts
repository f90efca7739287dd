import type { DuckDBConnection } from '@duckdb/node-api';
import type { CountedAuthUsage } from '../../model/counted-auth-usage.js';
import type { TimeRange } from '../../time/time-range.js';
import type { ItemUsageQuery } from '../monthly-usage-query.js';
import type {
  MeasureValue,
  UsageFilter,
  UsageGroup,
  UsageGrouping,
  UsageQuery,
  UsageQueryResult,
} from '../usage-query.js';
import type { Database } from './database.js';
import { compileItemUsage } from './item-usage-sql.js';
import { readByKey } from './read-by-key.js';
import { readByTime } from './read-by-time.js';
import { selectOne, selectRows } from './sql.js';
import { SELECTED_COLUMNS, toUsage, type UsageRow } from './usage-columns.js';
import {
  compileFindContexts,
  compilePageKeys,
  compileUsageQuery,
  type FoundContexts,
  pageOf,
} from './usage-query-compiler.js';

type GroupRow = Record<string, MeasureValue> & { position: number; key: string | number };

const USAGES = {
  table: 'usages',
  key: 'usage_id',
  columns: SELECTED_COLUMNS,
  join: 'join usage_contexts using (context_id)',
};

/** Runs usage queries and streams usages. */
export class DuckDbUsageReader {
  constructor(private readonly database: Database) {}

  async query(query: UsageQuery): Promise<UsageQueryResult> {
    return await this.database.read(async (connection) => {
      const { sql, values } = compileUsageQuery(
        await withPageKeys(connection, query),
        await findContexts(connection, query.where),
      );
      const rows = await selectRows<{ name: string; groups: string | null }>(connection, sql, values);
      return Object.fromEntries(rows.map(({ name, groups }) => [name, readGroups(groups)]));
    });
  }

  async *streamItemUsage(query: ItemUsageQuery): AsyncIterable<UsageGroup> {
    const rows = readByKey<Record<string, MeasureValue> & { key: string }>(this.database, compileItemUsage(query));
    for await (const { key, ...measures } of rows) yield { key, measures };
  }

  async *stream(range: TimeRange): AsyncIterable<CountedAuthUsage> {
    for await (const row of readByTime<UsageRow>(this.database, USAGES, range)) yield toUsage(row);
  }
}

/** Replaces each page of groups by the keys of its groups, so that only these groups are counted. */
async function withPageKeys(connection: DuckDBConnection, query: UsageQuery): Promise<UsageQuery> {
  const groupings: Record<string, UsageGrouping> = {};
  for (const [name, grouping] of Object.entries(query.groupings)) {
    const page = pageOf(grouping);
    if (page === undefined) {
      groupings[name] = grouping;
      continue;
    }
    const { sql, values } = compilePageKeys(query.where, page);
    const rows = await selectRows<{ key: string }>(connection, sql, values);
    groupings[name] = { by: { field: page.field, values: rows.map(({ key }) => key) }, measures: grouping.measures };
  }
  return { ...query, groupings };
}

async function findContexts(connection: DuckDBConnection, filter: UsageFilter): Promise<FoundContexts | undefined> {
  const statement = compileFindContexts(filter);
  return statement && (await selectOne<FoundContexts>(connection, statement.sql, statement.values));
}

function readGroups(json: string | null): UsageGroup[] {
  if (json === null) return [];
  return (JSON.parse(json) as GroupRow[]).map(({ position: _position, key, ...measures }) => ({
    key: String(key),
    measures,
  }));
}
