import type { ItemType } from '../model/counted-auth-usage.js';
import type { TimeBucket } from '../time/periods.js';
import type { TimeRange } from '../time/time-range.js';
import type { YearMonth } from '../time/year-month.js';

/** Selects the public usage of items: views and downloads. The months and the time ranges do not overlap. */
export interface PublicUsageFilter {
  /** Months whose usage is read from the monthly aggregate. */
  readonly months: readonly YearMonth[];
  /** Time ranges whose usages are counted. Each is a number of whole days. */
  readonly times: readonly TimeRange[];
  readonly providers?: readonly string[];
  readonly itemTypes?: readonly ItemType[];
  readonly itemIris?: readonly string[];
}

/** What to group public usage by. `all`: one group with the key `''`. */
export type UsageSumKey = 'all' | 'provider_id' | 'item_type' | 'item_iri';

/** Sums the public usage of items. */
export interface UsageSumQuery extends PublicUsageFilter {
  /**
   * The groups. An item whose monthly record has several providers or types is in the group of each of them. Grouping by
   * item requires `itemIris`.
   */
  readonly by: UsageSumKey;
  /** Also groups by time. Days and weeks require that `months` is empty. */
  readonly bucket?: TimeBucket;
  /** Whether to leave out `item_count`, which takes longer than the other counts. It is then 0. */
  readonly omitsItemCount?: boolean;
}

/** The public usage of a group. Only usage of items themselves counts, so that the sums over items add up. */
export interface UsageSum {
  /** The id of the provider, the type, or the IRI of the item. */
  readonly key: string;
  /** The first day of the bucket, `YYYY-MM-DD`; null without buckets. */
  readonly date: string | null;
  readonly view_count: number;
  /** Distinct pairs of an item and a session-hour with a view of it. */
  readonly view_session_count: number;
  readonly download_count: number;
  /** Distinct pairs of an item and a session-hour with a download of it. */
  readonly download_session_count: number;
  /** Distinct items with a view or a download. The only count that does not add up over time. */
  readonly item_count: number;
}

export const NO_USAGE: Omit<UsageSum, 'key' | 'date'> = {
  view_count: 0,
  view_session_count: 0,
  download_count: 0,
  download_session_count: 0,
  item_count: 0,
};

/** Ranks the items that have public usage: those with the largest count first, then in the order of their IRIs. */
export interface ItemRankQuery extends PublicUsageFilter {
  readonly orderBy: 'view_count' | 'download_count';
  readonly offset: number;
  readonly limit: number;
}

export interface ItemRanking {
  readonly items: readonly RankedItem[];
  /** The number of items with public usage. */
  readonly total: number;
}

export interface RankedItem {
  readonly item_iri: string;
  /** A short id of the item, if it has one. */
  readonly item_osfid: string | null;
}
