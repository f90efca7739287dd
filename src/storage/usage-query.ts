import type { ActionLabel } from '../model/counted-auth-usage.js';
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
  readonly itemIri?: string;
  readonly itemPublic?: boolean;
  readonly userIsAuthenticated?: boolean;
  readonly actionLabels?: LabelFilter;
}

/** A field by whose values usages are put into groups. Usages that lack the field are in no group. */
export type UsageDimension =
  'item_iri' | 'provider_id' | 'pageview_info.hour_of_day' | 'pageview_info.referer_domain' | 'pageview_info.page_path';

/** Groups of usages by the time at which they happened; a week starts on Monday. Keys are the first day, `YYYY-MM-DD`. */
export type TimeBucket = 'day' | 'week' | 'month';

/** Groups of usages by item and everything around it: a usage is in the group of each of these items that it is within. */
export interface WithinItems {
  readonly withinIris: readonly string[];
}

export type UsageGroupBy =
  | { readonly field: UsageDimension; /** Only these groups. */ readonly values?: readonly string[] }
  | { readonly time: TimeBucket }
  | WithinItems
  /** One group of all usages, with the key `''`. */
  | 'all';

/** What is asked of each group. */
export type UsageMeasure =
  /** The number of usages. */
  | { readonly count: 'usages'; readonly where?: MeasureFilter }
  /** The number of distinct session-hours. */
  | { readonly count: 'session-hours'; readonly where?: MeasureFilter }
  /** The value that most usages have, ties by value; null when none has one. */
  | { readonly mostCommon: 'pageview_info.route_name' | 'pageview_info.page_title' }
  /** The distinct values, sorted; ten at most. */
  | { readonly values: 'item_osfid' | 'item_type' | 'platform_iri' | 'database_iri' | 'provider_id' };

/** Selects the usages of a group that one measure counts. */
export type MeasureFilter = Required<Pick<UsageFilter, 'actionLabels'>>;

/** One way to group the usages that a query looks at. */
export interface UsageGrouping {
  readonly by: UsageGroupBy;
  readonly measures: Readonly<Record<string, UsageMeasure>>;
  /** By key, ascending (the default), or by the named counting measure, most first, ties by key. */
  readonly orderBy?: { readonly measure: string };
  /** At most so many groups. Without it: all of them, for dimensions that are small by nature. */
  readonly limit?: number;
  /** Only groups whose key comes after this one, in order of key: the way to page through many groups. */
  readonly after?: string;
}

/** A question about usages, as plain data. Each store compiles it to one search. */
export interface UsageQuery {
  readonly where: UsageFilter;
  readonly groupings: Readonly<Record<string, UsageGrouping>>;
}

export type MeasureValue = number | string | null | readonly string[];

export interface UsageGroup {
  /** The value of the field as text, the first day of the time bucket, or the item's IRI. */
  readonly key: string;
  readonly measures: Readonly<Record<string, MeasureValue>>;
}

/** The groups of each grouping of the query, by its name. */
export type UsageQueryResult = Readonly<Record<string, readonly UsageGroup[]>>;
