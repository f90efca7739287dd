import type { UsageGroupBy, UsageGrouping } from '../usage-query.js';

/**
 * So many groups are counted in one search. Counting distinct session-hours exactly takes up to 256 KiB of a node's memory
 * for each group, and Elasticsearch refuses a search that takes too much of it.
 */
const GROUPS_PER_SEARCH = 250;

/** Groups of usages whose keys are known before they are counted. */
export type NamedGroups = Exclude<UsageGroupBy, 'all' | { readonly time: unknown }>;

/** A page of the many values of a field. */
export interface Page {
  readonly by: NamedGroups & { readonly field: string };
  readonly after?: string;
  readonly limit: number;
}

/** The page of which a grouping is; undefined when it is none. */
export function pageOf({ by, limit, orderBy, after }: UsageGrouping): Page | undefined {
  if (limit === undefined || orderBy !== undefined || typeof by === 'string' || !('field' in by)) return undefined;
  return { by, after, limit };
}

/** The keys of the groups, when the grouping names them all and asks for all of them. */
export function namesOf({ by, limit, orderBy }: UsageGrouping): readonly string[] | undefined {
  if (by === 'all' || 'time' in by || limit !== undefined || orderBy !== undefined) return undefined;
  return 'withinIris' in by ? by.withinIris : by.values;
}

/** The field whose values the keys are. */
export function fieldOf(by: NamedGroups): string {
  return 'withinIris' in by ? 'within_iris' : by.field;
}

/** Only some of the groups. */
export function only(by: NamedGroups, keys: readonly string[]): NamedGroups {
  return 'withinIris' in by ? { withinIris: keys } : { ...by, values: keys };
}

/** The keys in parts, each for one search, in the order in which Elasticsearch has them: that of their bytes. */
export function inParts(keys: readonly string[]): string[][] {
  const sorted = [...new Set(keys)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const parts: string[][] = [];
  for (let start = 0; start < sorted.length; start += GROUPS_PER_SEARCH) {
    parts.push(sorted.slice(start, start + GROUPS_PER_SEARCH));
  }
  return parts;
}
