import type { DuckDBConnection } from '@duckdb/node-api';
import type { CountedAuthUsage } from '../../model/counted-auth-usage.js';
import { clickKeyOf, DOUBLE_CLICK_MILLISECONDS } from '../../model/double-click.js';
import type { NewClick, StoredClick } from '../double-click-plan.js';
import { compileIn, compileTimeRange, joinConditions, selectRows, type Statement, toTimestamp } from './sql.js';
import { fromBits } from './usage-columns.js';

/** The longest click streak that is found in the file for a usage older than the click index. */
const MAX_STREAK_MILLISECONDS = 86_400_000;

export interface SessionClick extends NewClick<CountedAuthUsage, number> {
  /** The sessions that may have double clicks of this one. */
  readonly sessionhourIds: readonly string[];
}

interface ClickRow {
  readonly usage_id: number;
  readonly time: number;
  readonly click_span_ms: number;
  readonly sessionhour_id: string;
  readonly action_labels: number;
  readonly page_url_hash: string | null;
  readonly page_url: string | null;
  readonly item_iri: string | null;
}

/** The stored usages that match the condition, as the last clicks of their streaks. */
export async function storedClicks(
  connection: DuckDBConnection,
  { sql, values }: Statement,
): Promise<StoredClick<number>[]> {
  const rows = await selectRows<ClickRow>(
    connection,
    `select usage_id::double as usage_id, epoch_ms(timestamp)::double as time, click_span_ms, sessionhour_id, action_labels,
       page_url_hash, page_url, item_iri
     from usages join usage_contexts using (context_id) where ${sql}`,
    values,
  );
  return rows.map((row) => ({
    usageId: row.usage_id,
    key: keyOf(row),
    first: row.time - row.click_span_ms,
    last: row.time,
  }));
}

/**
 * Stored streaks that are too old for the click index and that the clicks may belong to, by key.
 * @param completeSince the index has every streak that ended at or after this time, in milliseconds
 */
export async function findOlderClicks(
  connection: DuckDBConnection,
  clicks: readonly SessionClick[],
  completeSince: number,
): Promise<Map<string, StoredClick<number>[]>> {
  const streaksOfKey = new Map<string, StoredClick<number>[]>();
  const old = clicks.filter(({ time }) => time - DOUBLE_CLICK_MILLISECONDS < completeSince);
  if (old.length === 0) return streaksOfKey;
  const keys = new Set(old.flatMap(({ key, adjacentKeys }) => [key, ...adjacentKeys]));
  const times = old.map(({ time }) => time);
  const earliest = new Date(times.reduce((a, b) => Math.min(a, b)) - DOUBLE_CLICK_MILLISECONDS);
  const latest = new Date(times.reduce((a, b) => Math.max(a, b)) + MAX_STREAK_MILLISECONDS);
  const sessionhourIds = new Set(old.flatMap((click) => click.sessionhourIds));
  const time = { sql: 'timestamp between ? and ?', values: [toTimestamp(earliest), toTimestamp(latest)] };
  const beforeIndex = compileTimeRange({ end: new Date(completeSince) });
  const condition = joinConditions([time, beforeIndex, compileIn('sessionhour_id', sessionhourIds)]);
  for (const click of await storedClicks(connection, condition)) {
    if (keys.has(click.key)) streaksOfKey.set(click.key, [...(streaksOfKey.get(click.key) ?? []), click]);
  }
  return streaksOfKey;
}

function keyOf(row: ClickRow): string {
  return clickKeyOf({
    sessionhourId: row.sessionhour_id,
    actionLabels: fromBits(row.action_labels),
    pageUrlHash: row.page_url_hash,
    pageUrl: row.page_url,
    itemIri: row.item_iri,
  });
}
