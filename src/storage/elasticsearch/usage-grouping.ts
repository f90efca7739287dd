import type { UsageGroupBy, UsageGrouping } from '../usage-query.js';

/**
 * The maximum number of groups in one search. An exact count of session-hours takes up to 256 KiB of a node's memory per
 * group, and Elasticsearch rejects a search that takes too much.
 */
const GROUPS_PER_SEARCH = 250;

/** Groups whose keys are values of a keyword field. */
export type KeyedGroups = Exclude<UsageGroupBy, 'all' | { readonly time: unknown }>;

/** A page of groups, in the order of their keys. */
export interface Page {
  readonly field: string;
  readonly after?: string;
  readonly limit: number;
}

/** @returns undefined when the grouping is not paged by key */
export function pageOf({ by, limit, orderBy, after }: UsageGrouping): Page | undefined {
  if (limit === undefined || orderBy !== undefined || typeof by === 'string' || !('field' in by)) return undefined;
  return { field: by.field, after, limit };
}

/** @returns the keys of all groups when the grouping lists them; otherwise undefined */
export function listedKeysOf({ by, limit, orderBy }: UsageGrouping): readonly string[] | undefined {
  if (by === 'all' || 'time' in by || limit !== undefined || orderBy !== undefined) return undefined;
  return 'withinIris' in by ? by.withinIris : by.values;
}

export function fieldOf(by: KeyedGroups): string {
  return 'withinIris' in by ? 'within_iris' : by.field;
}

export function restrictToKeys(by: KeyedGroups, keys: readonly string[]): KeyedGroups {
  return 'withinIris' in by ? { withinIris: keys } : { ...by, values: keys };
}

/** Splits distinct keys into chunks for one search each, in the order of Elasticsearch: by their UTF-8 bytes. */
export function chunkKeys(keys: readonly string[], size = GROUPS_PER_SEARCH): string[][] {
  const sorted = [...new Set(keys)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const chunks: string[][] = [];
  for (let start = 0; start < sorted.length; start += size) chunks.push(sorted.slice(start, start + size));
  return chunks;
}
