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
import type { ItemRanking, ItemRankQuery, RankedItem, UsageSum, UsageSumQuery } from '../usage-sum-query.js';
import type { Database } from './database.js';
import { compileItemUsage } from './item-usage-sql.js';
import { readByKey } from './read-by-key.js';
import { readByTime } from './read-by-time.js';
import type { SettledContexts } from './settled-contexts.js';
import { selectRows } from './sql.js';
import { SELECTED_COLUMNS, toUsage, type UsageRow } from './usage-columns.js';
import { compileDayGroups } from './usage-day-groups.js';
import { findDaySources } from './usage-days.js';
import { compileFindContexts, type FoundContext } from './usage-filter-sql.js';
import { compilePageKeys, compileSingleGrouping, compileUsageQuery, pageOf } from './usage-query-compiler.js';
import { compileItemRanking, compileUsageSums } from './usage-sum-sql.js';

type GroupRow = Record<string, MeasureValue> & { key: string | number };

const USAGES = {
  table: 'usages',
  key: 'usage_id',
  columns: SELECTED_COLUMNS,
  join: 'join usage_contexts using (context_id)',
};

/** Runs usage queries and streams usages. */
export class DuckDbUsageReader {
  constructor(
    private readonly database: Database,
    private readonly settledContexts: SettledContexts,
  ) {}

  async query(query: UsageQuery): Promise<UsageQueryResult> {
    // Before the transaction begins, which sees at least as many settled contexts.
    const lastSettledId = this.settledContexts.lastId;
    return await this.database.read(async (connection) => {
      const paged = await withPageKeys(connection, query);
      const found = await findContexts(connection, query.where, lastSettledId);
      const [only, ...others] = Object.entries(paged.groupings);
      if (only && others.length === 0)
        return { [only[0]]: await readGrouping(connection, query.where, only[1], found) };
      const { sql, values } = compileUsageQuery(paged, found);
      const rows = await selectRows<{ name: string; groups: string | null }>(connection, sql, values);
      return Object.fromEntries(rows.map(({ name, groups }) => [name, readGroups(groups)]));
    });
  }

  async sum(query: UsageSumQuery): Promise<UsageSum[]> {
    return await this.database.read(async (connection) => {
      const { sql, values } = compileUsageSums({ ...query, ...(await findDaySources(connection, query.times)) });
      return await selectRows<UsageSum>(connection, sql, values);
    });
  }

  async rankItems(query: ItemRankQuery): Promise<ItemRanking> {
    const rows = await this.database.read(async (connection) => {
      const { sql, values } = compileItemRanking({ ...query, ...(await findDaySources(connection, query.times)) });
      return await selectRows<RankedItem & { total: number }>(connection, sql, values);
    });
    return {
      items: rows.map(({ item_iri, item_osfid }) => ({ item_iri, item_osfid })),
      total: rows[0]?.total ?? 0,
    };
  }

  /** @param usageCount about how many usages there are */
  async *streamItemUsage(query: ItemUsageQuery, usageCount: number): AsyncIterable<UsageGroup> {
    const statement = compileItemUsage(query, usageCount);
    const rows = readByKey<Record<string, MeasureValue> & { key: string }>(this.database, statement);
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

async function findContexts(
  connection: DuckDBConnection,
  filter: UsageFilter,
  lastSettledId: number,
): Promise<FoundContext[] | undefined> {
  const sql = compileFindContexts(filter, lastSettledId);
  if (sql === undefined) return undefined;
  const rows = await selectRows<FoundContext>(connection, sql);
  return [...new Map(rows.map((row) => [row.context_id, row])).values()];
}

async function readGrouping(
  connection: DuckDBConnection,
  where: UsageFilter,
  grouping: UsageGrouping,
  found?: readonly FoundContext[],
): Promise<UsageGroup[]> {
  const { sql, values } =
    (await compileDayGroups(connection, where, grouping)) ?? compileSingleGrouping(where, grouping, found);
  const rows = await selectRows<GroupRow>(connection, sql, values);
  return rows.map(({ key, ...measures }) => ({ key: String(key), measures: measures }));
}

function readGroups(json: string | null): UsageGroup[] {
  if (json === null) return [];
  return (JSON.parse(json) as GroupRow[]).map(({ key, ...measures }) => ({ key: String(key), measures }));
}
