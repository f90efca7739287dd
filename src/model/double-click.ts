import type { CountedAuthUsage } from './counted-auth-usage.js';

/** Two clicks are one when the second comes within so many milliseconds (Code of Practice 5.0.2, section 7.2). */
export const DOUBLE_CLICK_MILLISECONDS = 30_000;

/** A fragment, unless it is what some front ends have in place of a path: `#/` or `#!`. */
const PLACE_IN_PAGE = /#(?![/!]).*$/s;

/** Clicks each within 30 seconds of the one before: they count once, at the time of the last. In milliseconds. */
export interface ClickStreak {
  readonly first: number;
  readonly last: number;
}

/** What two clicks must have in common, their time aside, to be a double click. */
export function clickKey(usage: CountedAuthUsage, sessionhourId = usage.sessionhour_id): string {
  return clickKeyOf(sessionhourId, usage.action_labels, usage.pageview_info?.page_url ?? null, usage.item_iri);
}

/** As `clickKey`, of the parts of a usage. */
export function clickKeyOf(
  sessionhourId: string,
  actionLabels: readonly string[],
  pageUrl: string | null,
  itemIri: string | null,
): string {
  return `${sessionhourId}\n${actionLabels.join(' ')}\n${pageUrl?.replace(PLACE_IN_PAGE, '') ?? itemIri ?? ''}`;
}

/** Whether a click at this time belongs to the run: at most 30 seconds before its first or after its last click. */
export function joins(run: ClickStreak, time: number): boolean {
  return time >= run.first - DOUBLE_CLICK_MILLISECONDS && time <= run.last + DOUBLE_CLICK_MILLISECONDS;
}

/** The run of all these clicks. */
export function joined(runs: readonly ClickStreak[], time: number): ClickStreak {
  return {
    first: Math.min(time, ...runs.map((run) => run.first)),
    last: Math.max(time, ...runs.map((run) => run.last)),
  };
}
