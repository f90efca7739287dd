import type { MonthlyItemUsage, UsageCounts } from '../model/monthly-item-usage.js';
import type { YearMonth } from '../time/year-month.js';
import type { UsageFilter, UsageMeasure } from './usage-query.js';

/** Selects records of the monthly aggregate. A record must meet every condition that is set. */
export interface MonthlyUsageFilter {
  readonly itemIris?: readonly string[];
  readonly month?: YearMonth;
  /** Months up to this one, inclusive. */
  readonly until?: YearMonth;
  /** Only records with counts of an imported report. */
  readonly isImported?: true;
  /** Only records with an opening balance. */
  readonly hasOpening?: true;
}

/** A page of records in the order of item IRI (by bytes) and month. */
export interface MonthlyUsagePage extends MonthlyUsageFilter {
  /** Only items whose IRI comes after this one. */
  readonly afterItemIri?: string;
  readonly limit?: number;
}

/** The counts of one item that are read by month. */
export const ITEM_COUNTS = [
  'within_view_count',
  'within_view_session_count',
  'download_count',
  'download_session_count',
  'within_download_count',
] as const satisfies readonly (keyof UsageCounts)[];

export type ItemCounts = Pick<UsageCounts, (typeof ITEM_COUNTS)[number]>;

/** The counts of an item in a month. */
export interface MonthlyCounts extends Pick<MonthlyItemUsage, 'month' | 'imported' | 'opening'> {
  readonly total: ItemCounts;
}

/** All groups of usages by item. */
export interface ItemUsageQuery {
  readonly where: UsageFilter;
  /** `item_iri`: each usage counts for its own item. `within_iris`: it counts for every item that it is within. */
  readonly by: 'item_iri' | 'within_iris';
  /** Counts, and for `item_iri` also the distinct values of fields. */
  readonly measures: Readonly<Record<string, UsageMeasure>>;
}

/** The build of the aggregate of one month. */
export interface UsageMonthBuild {
  readonly month: YearMonth;
  /** The `change_id` of the month when the build started. */
  readonly changeId: string;
  /** When the build started. */
  readonly builtAt: Date;
}
