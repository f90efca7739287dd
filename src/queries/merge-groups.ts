import type { UsageGroup } from '../storage/usage-query.js';
import { compareKeys } from './compare-keys.js';
import { visitsOf } from './visit-counts.js';

/**
 * Merges groups with the measures `usages` and `count` by key: most usages first, then by key. Counts add up; texts are those
 * of the part in which the group has most usages.
 */
export function mergeGroups(parts: readonly (readonly UsageGroup[])[]): UsageGroup[] {
  const merged = new Map<string, { group: UsageGroup; usages: number; visits: number }>();
  for (const group of parts.flat()) {
    const known = merged.get(group.key);
    const usages = usagesOf(group);
    merged.set(group.key, {
      group: known && usagesOf(known.group) >= usages ? known.group : group,
      usages: usages + (known?.usages ?? 0),
      visits: visitsOf(group) + (known?.visits ?? 0),
    });
  }
  return [...merged.values()]
    .map(({ group, usages, visits }) => ({ ...group, measures: { ...group.measures, usages, count: visits } }))
    .sort((a, b) => b.measures.usages - a.measures.usages || compareKeys(a.key, b.key));
}

function usagesOf({ measures }: UsageGroup): number {
  return Number(measures['usages'] ?? 0);
}
