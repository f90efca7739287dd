import type { DuckDBConnection } from '@duckdb/node-api';
import { ACTION_LABELS, type ActionLabel, CountedAuthUsage } from '../../model/counted-auth-usage.js';
import { columnsOf, type DeclaredColumn, readRecord, toColumn } from './declared-columns.js';
import { addMissingColumns } from './declared-table.js';
import type { Row } from './table-insert.js';

/** A column that holds one declared field of a usage. A new field gets its column from its declaration. */
export interface UsageColumn extends DeclaredColumn {
  readonly name: string;
}

/** Fields that the usages of an item share. Each distinct combination is stored once, in `usage_contexts`. */
const CONTEXT_FIELDS = [
  'platform_iri',
  'database_iri',
  'item_iri',
  'item_osfid',
  'item_type',
  'item_public',
  'provider_id',
  'within_iris',
] as const satisfies readonly (keyof CountedAuthUsage)[];

/** Not stored: computed from `timestamp` when a usage with a page is read. */
const HOUR_OF_DAY = 'pageview_info.hour_of_day';

/** Stored as bits: see `toBits`. */
const LABELS = 'action_labels';
const LABEL_BITS = 'label_bits';

const COLUMNS: readonly UsageColumn[] = columnsOf(CountedAuthUsage)
  .filter(({ path }) => path !== HOUR_OF_DAY)
  .map((column) => ({
    ...column,
    name: columnName(column.path),
    sqlType: column.path === LABELS ? 'UTINYINT' : column.sqlType,
  }));

/** All usages, or those that are not clustered yet. */
export type UsageTable = 'usages' | 'usages_recent';

/** The columns of `usage_contexts`. */
export const CONTEXT_COLUMNS = COLUMNS.filter(({ path }) => isContextField(path));
/** The columns of `usages_recent` and `usages_settled`. */
export const USAGE_COLUMNS = COLUMNS.filter(({ path }) => !isContextField(path));

function isContextField(path: string): boolean {
  return (CONTEXT_FIELDS as readonly string[]).includes(path);
}

/** The name of the column that holds a field, or from which the field is computed. */
export function columnName(path: string): string {
  if (path === HOUR_OF_DAY) return 'page_url';
  return path.replace('pageview_info.', '');
}

/** The SQL type of each column, by name. */
export function sqlTypesOf(columns: readonly UsageColumn[]): Record<string, string> {
  return Object.fromEntries(columns.map(({ name, sqlType }) => [name, sqlType]));
}

/** The values of a usage in these columns, by name. */
export function toUsageRow(usage: CountedAuthUsage, columns: readonly UsageColumn[]): Row {
  const row: Record<string, unknown> = {};
  for (const column of columns) row[column.name] = toColumn(usage, column);
  if (columns === USAGE_COLUMNS) row[LABELS] = toBits(usage.action_labels);
  return row;
}

const SELECTED = COLUMNS.map(({ name, path }) => `"${name}" as "${name === LABELS ? LABEL_BITS : path}"`);
/** What to select from `usages`, joined with `usage_contexts`, to read a `UsageRow`. */
export const SELECTED_COLUMNS = ['usage_id', ...SELECTED].join(', ');

/** The stored fields of a usage, by path, and its labels as bits. */
export type UsageRow = Record<string, unknown> & { readonly timestamp: Date; readonly [LABEL_BITS]: number };

export function toUsage(row: UsageRow): CountedAuthUsage {
  const usage = readRecord(CountedAuthUsage, row);
  usage.action_labels = fromBits(row[LABEL_BITS]);
  if (usage.pageview_info) usage.pageview_info.hour_of_day = usage.timestamp.getUTCHours();
  return usage;
}

/** A set of labels as one small number, one bit each. The order of `ACTION_LABELS` is part of the file format. */
export function toBits(labels: readonly ActionLabel[]): number {
  return labels.reduce((bits, label) => bits | (1 << ACTION_LABELS.indexOf(label)), 0);
}

/** The labels, sorted. */
export function fromBits(bits: number): ActionLabel[] {
  return ACTION_LABELS.filter((_label, index) => (bits & (1 << index)) !== 0).sort();
}

/** Adds columns for fields that were declared after the file was created. Usages stored before have null there. */
export async function addUsageColumns(connection: DuckDBConnection): Promise<void> {
  await addMissingColumns(connection, 'usage_contexts', sqlTypesOf(CONTEXT_COLUMNS), CountedAuthUsage.name);
  const usageTypes = sqlTypesOf(USAGE_COLUMNS);
  const isRecentChanged = await addMissingColumns(connection, 'usages_recent', usageTypes, CountedAuthUsage.name);
  const isSettledChanged = await addMissingColumns(connection, 'usages_settled', usageTypes, CountedAuthUsage.name);
  if (!isRecentChanged && !isSettledChanged) return;
  // A view keeps the columns that its tables had when it was created.
  await connection.run(
    `create or replace view usages as
     select * from usages_recent union all by name select * exclude (root_id) from usages_settled`,
  );
}
