import type { CountedAuthUsage } from './counted-auth-usage.js';

/** Two clicks at most this far apart count as one (Code of Practice 5.0.2, section 7.2). */
export const DOUBLE_CLICK_MILLISECONDS = 30_000;

/** What differs in the key of a click when it falls into an adjacent session-hour. */
export interface AdjacentClick {
  /** The session-hour id. */
  readonly id: string;
  /** The key of the hash changes with the day. */
  readonly pageUrlHash: string | null;
}

/**
 * Clicks with the same key, each at most 30 seconds after the one before. A streak counts once, at the time of its last
 * click. Times are in milliseconds.
 */
export interface ClickStreak {
  readonly first: number;
  readonly last: number;
}

/** What the key of a click consists of. */
export interface ClickTraits {
  readonly sessionhourId: string;
  readonly actionLabels: readonly string[];
  /** Identifies the whole URL of the page; null where `pageUrl` is the whole one, or without a page. */
  readonly pageUrlHash: string | null;
  readonly pageUrl: string | null;
  readonly itemIri: string | null;
}

/** Clicks with the same key are double clicks if they are close in time. */
export function clickKey(usage: CountedAuthUsage): string {
  return clickKeyOf(clickTraits(usage));
}

/** The key of the same click in another session-hour. */
export function adjacentClickKey(usage: CountedAuthUsage, { id, pageUrlHash }: AdjacentClick): string {
  return clickKeyOf({ ...clickTraits(usage), sessionhourId: id, pageUrlHash });
}

/** Clicks on a page are compared by its URL, others by their item. */
export function clickKeyOf({ sessionhourId, actionLabels, pageUrlHash, pageUrl, itemIri }: ClickTraits): string {
  return `${sessionhourId}\n${actionLabels.join(' ')}\n${pageUrlHash ?? pageUrl ?? itemIri ?? ''}`;
}

function clickTraits({ sessionhour_id, action_labels, pageview_info, item_iri }: CountedAuthUsage): ClickTraits {
  return {
    sessionhourId: sessionhour_id,
    actionLabels: action_labels,
    pageUrlHash: pageview_info?.page_url_hash ?? null,
    pageUrl: pageview_info?.page_url ?? null,
    itemIri: item_iri,
  };
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
