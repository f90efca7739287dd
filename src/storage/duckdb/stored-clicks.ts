import type { DuckDBConnection } from '@duckdb/node-api';
import { clickKeyOf } from '../../model/double-click.js';
import type { StoredClick } from '../double-click-plan.js';
import { selectRows, type Statement } from './sql.js';
import { fromBits } from './usage-columns.js';

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

function keyOf(row: ClickRow): string {
  return clickKeyOf({
    sessionhourId: row.sessionhour_id,
    actionLabels: fromBits(row.action_labels),
    pageUrlHash: row.page_url_hash,
    pageUrl: row.page_url,
    itemIri: row.item_iri,
  });
}
