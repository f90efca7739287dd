import type { ItemUsageQuery } from '../monthly-usage-query.js';
import { MAX_GROUPS, MAX_PRECISION_THRESHOLD } from './usage-query-compiler.js';

/** The memory of a node that the counts of session-hours of one search may take. */
export const MAX_BYTES_PER_SEARCH = 64 * 2 ** 20;
/** The part of Elasticsearch's table of hashes for exact distinct counts that is filled at most. */
const MAX_LOAD_FACTOR = 0.75;
const BYTES_PER_HASH = 4;

/** Groups that one search counts. */
export interface GroupSearch {
  readonly iris: readonly string[];
  /** No group has more session-hours than this. */
  readonly maxSessionHours: number;
}

/**
 * Splits groups among searches of bounded memory. Elasticsearch allocates the memory for an exact count of session-hours
 * before it counts, by the highest number that is expected, so that groups of similar size share a search.
 */
export function planSearches(
  items: readonly { readonly iri: string; readonly usages: number }[],
  counts: ItemUsageQuery['measures'],
): GroupSearch[] {
  const measures = Object.values(counts);
  const distinctCounts = measures.filter((measure) => 'count' in measure && measure.count === 'session-hours').length;
  const bucketsPerGroup = 1 + measures.length;
  const searches: GroupSearch[] = [];
  const remaining = items.toSorted((a, b) => b.usages - a.usages);
  while (remaining.length > 0) {
    // A group has at most as many session-hours as usages.
    const maxSessionHours = remaining[0]?.usages ?? 0;
    const bytesPerGroup = Math.max(1, distinctCounts * bytesPerCount(maxSessionHours));
    const size = Math.min(MAX_BYTES_PER_SEARCH / bytesPerGroup, MAX_GROUPS / bucketsPerGroup);
    const group = remaining.splice(0, Math.max(1, Math.floor(size)));
    searches.push({ iris: group.map(({ iri }) => iri), maxSessionHours });
  }
  return searches;
}

/** As Elasticsearch computes it from the precision threshold of a cardinality aggregation: a power of two. */
export function bytesPerCount(maxSessionHours: number): number {
  const hashes = Math.ceil(Math.min(maxSessionHours, MAX_PRECISION_THRESHOLD) / MAX_LOAD_FACTOR);
  return 2 ** (32 - Math.clz32(hashes * BYTES_PER_HASH));
}
