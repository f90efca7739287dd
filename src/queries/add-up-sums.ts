import type { UsageSum } from '../storage/usage-sum-query.js';
import { compareKeys } from './compare-keys.js';

/** Adds up the sums of periods to one sum for each key. They must be without `item_count`, which does not add up. */
export function addUpSums(sums: readonly UsageSum[]): UsageSum[] {
  const totals = new Map<string, UsageSum>();
  for (const sum of sums) {
    const total = totals.get(sum.key);
    totals.set(sum.key, {
      key: sum.key,
      date: null,
      view_count: sum.view_count + (total?.view_count ?? 0),
      view_session_count: sum.view_session_count + (total?.view_session_count ?? 0),
      download_count: sum.download_count + (total?.download_count ?? 0),
      download_session_count: sum.download_session_count + (total?.download_session_count ?? 0),
      item_count: 0,
    });
  }
  return [...totals.values()].sort((a, b) => compareKeys(a.key, b.key));
}
