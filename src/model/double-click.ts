import type { CountedAuthUsage } from './counted-auth-usage.js';

/** Two clicks at most this far apart count as one (Code of Practice 5.0.2, section 7.2). */
export const DOUBLE_CLICK_MILLISECONDS = 30_000;

/** A URL fragment, except `#/` and `#!`, which some front ends use as a path. */
const FRAGMENT = /#(?![/!]).*$/s;

/**
 * Clicks with the same key, each at most 30 seconds after the one before. A streak counts once, at the time of its last
 * click. Times are in milliseconds.
 */
export interface ClickStreak {
  readonly first: number;
  readonly last: number;
}

/** Identifies clicks that are double clicks if they are close in time. */
export function clickKey(usage: CountedAuthUsage, sessionhourId = usage.sessionhour_id): string {
  return clickKeyOf(sessionhourId, usage.action_labels, usage.pageview_info?.page_url ?? null, usage.item_iri);
}

/** The key of a click whose usage is not at hand. Clicks on a page are compared by its URL, others by their item. */
export function clickKeyOf(
  sessionhourId: string,
  actionLabels: readonly string[],
  pageUrl: string | null,
  itemIri: string | null,
): string {
  return `${sessionhourId}\n${actionLabels.join(' ')}\n${pageUrl?.replace(FRAGMENT, '') ?? itemIri ?? ''}`;
}

/** Whether a click is at most 30 seconds before the streak begins or after it ends. @param time in milliseconds */
export function belongsToStreak(streak: ClickStreak, time: number): boolean {
  return time >= streak.first - DOUBLE_CLICK_MILLISECONDS && time <= streak.last + DOUBLE_CLICK_MILLISECONDS;
}

/** The streak of a click and all streaks that it belongs to. @param time in milliseconds */
export function mergeStreaks(streaks: readonly ClickStreak[], time: number): ClickStreak {
  return {
    first: Math.min(time, ...streaks.map((streak) => streak.first)),
    last: Math.max(time, ...streaks.map((streak) => streak.last)),
  };
}
