import type { ActionLabel, ItemType } from '../model/counted-auth-usage.js';
import type { TimeBucket } from '../time/periods.js';
import type { TimeRange } from '../time/time-range.js';

/** Selects usages by their action labels. A usage must meet every condition that is set. */
export interface LabelFilter {
  /** The usage has each of these labels. An empty list matches every usage. */
  readonly allOf?: readonly ActionLabel[];
  /** The usage has at least one of these labels. An empty list matches no usage. */
  readonly anyOf?: readonly ActionLabel[];
  /** The usage has none of these labels. An empty list matches every usage. */
  readonly noneOf?: readonly ActionLabel[];
}

/** Selects usages. A usage must meet every condition that is set. */
export interface UsageFilter {
  readonly time?: TimeRange;
  /** Usages of this item and of every item within it. */
  readonly withinIri?: string;
  /** Usages of this item alone. */
  readonly itemIri?: string;
  readonly itemPublic?: boolean;
  /** Usages with one of these providers. An empty list matches no usage. */
  readonly providers?: readonly string[];
  /** Usages with one of these types. An empty list matches no usage. */
  readonly itemTypes?: readonly ItemType[];
  /** Usages of items that the catalog did not know: they have a short id, but no type, and are not public. */
  readonly unknownItem?: true;
  readonly userIsAuthenticated?: boolean;
  readonly actionLabels?: LabelFilter;
}

/** A field to group usages by. Usages without a value are in no group. */
export type UsageDimension =
  | 'item_iri'
  | 'item_osfid'
  | 'provider_id'
  | 'pageview_info.hour_of_day'
  | 'pageview_info.referer_domain'
  | 'pageview_info.page_path';

/** Groups usages by the items that they are within. A usage is in the group of each of these items that applies. */
export interface WithinItems {
  readonly withinIris: readonly string[];
}

export type UsageGroupBy =
  | { readonly field: UsageDimension; /** If set, only groups with these keys. */ readonly values?: readonly string[] }
  /** The key of a group is the first day of the bucket, `YYYY-MM-DD`. */
  | { readonly time: TimeBucket }
  | WithinItems
  /** One group of all usages, with the key `''`, even if no usage matches. */
  | 'all';

/** What to compute for each group. */
export type UsageMeasure =
  /** The number of usages. */
  | { readonly count: 'usages'; readonly where?: MeasureFilter }
  /** The number of distinct session-hours. */
  | { readonly count: 'session-hours'; readonly where?: MeasureFilter }
  /** The most common value; of equally common values the first in order; null if no usage has a value. */
  | { readonly mostCommon: 'pageview_info.route_name' | 'pageview_info.page_title' }
  /** The first ten distinct values, sorted. */
  | { readonly values: 'item_osfid' | 'item_type' | 'platform_iri' | 'database_iri' | 'provider_id' };

/** Selects the usages of a group that one measure counts. */
export type MeasureFilter = Required<Pick<UsageFilter, 'actionLabels'>> & Pick<UsageFilter, 'itemIri'>;

/** One way to group the usages of a query. */
export interface UsageGrouping {
  readonly by: UsageGroupBy;
  /** The measures of each group, by a name of the caller's choice. */
  readonly measures: Readonly<Record<string, UsageMeasure>>;
  /** A counting measure by which to order the groups, largest first, then by key. By default groups are ordered by key. */
  readonly orderBy?: { readonly measure: string };
  /** The maximum number of groups. Set it unless the number of distinct keys is known to be small. */
  readonly limit?: number;
  /** Only groups whose key is greater than this one, to page through groups in order of key. */
  readonly after?: string;
}

/** Filters, groups and measures usages. Plain data, which each store compiles to its own query language. */
export interface UsageQuery {
  readonly where: UsageFilter;
  /** Independent groupings of the same usages, by a name of the caller's choice. */
  readonly groupings: Readonly<Record<string, UsageGrouping>>;
}

export type MeasureValue = number | string | null | readonly string[];

export interface UsageGroup {
  /** The value of the field as text, the first day of the time bucket, or the IRI of the item. */
  readonly key: string;
  readonly measures: Readonly<Record<string, MeasureValue>>;
}

/** The groups of each grouping, by the name of the grouping. */
export type UsageQueryResult = Readonly<Record<string, readonly UsageGroup[]>>;
