import type { ItemUsageQuery } from '../monthly-usage-query.js';
import { type CountedKey, MAX_GROUPS, MAX_PRECISION_THRESHOLD, MAX_VALUES } from './usage-query-compiler.js';

/** The memory of a node that the counts of session-hours of one search may take. */
const MAX_BYTES_PER_SEARCH = 64 * 2 ** 20;
/** The part of Elasticsearch's table of hashes for exact distinct counts that is filled at most. */
const MAX_LOAD_FACTOR = 0.75;
const BYTES_PER_HASH = 4;

/** Groups that one search counts. */
export interface GroupSearch {
  readonly keys: readonly string[];
  /** No group has more session-hours than this. */
  readonly maxSessionHours: number;
}

/**
 * Splits groups among searches of bounded memory. Elasticsearch allocates the memory for an exact count of session-hours
 * before it counts, by the highest number that is expected, so that groups of similar size share a search.
 */
export function planSearches(keys: readonly CountedKey[], measures: ItemUsageQuery['measures']): GroupSearch[] {
  const all = Object.values(measures);
  const counts = all.filter((measure) => 'count' in measure && measure.count === 'session-hours').length;
  const buckets = all.reduce((sum, measure) => sum + ('values' in measure ? MAX_VALUES : 1), 1);
  const searches: GroupSearch[] = [];
  const remaining = keys.toSorted((a, b) => b.usages - a.usages);
  while (remaining.length > 0) {
    // A group has at most as many session-hours as usages.
    const maxSessionHours = remaining[0]?.usages ?? 0;
    const groupsInMemory = Math.floor(MAX_BYTES_PER_SEARCH / (Math.max(1, counts) * bytesPerCount(maxSessionHours)));
    const size = Math.max(1, Math.min(groupsInMemory, Math.floor(MAX_GROUPS / buckets)));
    searches.push({ keys: remaining.splice(0, size).map(({ key }) => key), maxSessionHours });
  }
  return searches;
}

/** As Elasticsearch computes it from the precision threshold of a cardinality aggregation: a power of two. */
function bytesPerCount(maxSessionHours: number): number {
  const hashes = Math.ceil(Math.min(maxSessionHours, MAX_PRECISION_THRESHOLD) / MAX_LOAD_FACTOR);
  return 2 ** (32 - Math.clz32(hashes * BYTES_PER_HASH));
}
