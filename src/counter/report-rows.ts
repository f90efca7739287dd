import type { CounterCounts } from '../reports/monthly/counter-item-usage.js';
import type { CounterRequest } from './counter-request.js';
import type { Attribute } from './report-definitions.js';

/** The attributes by which counts are split. */
export const SPLITTING_ATTRIBUTES = ['Data_Type', 'YOP', 'Access_Type', 'Access_Method'] as const satisfies Attribute[];
export type Split = Readonly<Partial<Record<(typeof SPLITTING_ATTRIBUTES)[number], string>>>;

/** The counts of one combination of the attributes shown. */
export interface Performance {
  readonly split: Split;
  /** Counts above zero, by metric and month. */
  readonly counts: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** The metrics of items, and where reports have them. */
const ITEM_METRICS: Readonly<Record<string, keyof CounterCounts>> = {
  Total_Item_Investigations: 'total_item_investigations',
  Total_Item_Requests: 'total_item_requests',
  Unique_Item_Investigations: 'unique_item_investigations',
  Unique_Item_Requests: 'unique_item_requests',
};

export const SEARCHES = 'Searches_Platform';

/** Sums counts by the attributes, metrics and months that a request shows. */
export class PerformanceSums {
  private readonly sums = new Map<string, { split: Split; counts: Map<string, Map<string, number>> }>();

  constructor(private readonly request: CounterRequest) {}

  /** Adds counts, unless the filters of the request exclude them. */
  addItemCounts(attributes: Split, month: string, counts: CounterCounts): void {
    for (const [metric, field] of Object.entries(ITEM_METRICS)) this.add(attributes, month, metric, counts[field]);
  }

  addSearches(attributes: Split, month: string, count: number): void {
    this.add(attributes, month, SEARCHES, count);
  }

  /** In order of the attributes, with metrics and months in order. */
  performances(): Performance[] {
    return sortByKey(this.sums).map(([, { split, counts }]) => ({
      split,
      counts: new Map(sortByKey(counts).map(([metric, months]) => [metric, new Map(sortByKey(months))])),
    }));
  }

  private add(attributes: Split, month: string, metric: string, count: number): void {
    const { filters, shown, isTotals, begin } = this.request;
    if (count === 0 || filters.Metric_Type?.includes(metric) === false || !matches(attributes, filters)) return;
    const split = Object.fromEntries(
      SPLITTING_ATTRIBUTES.filter((name) => shown.includes(name)).map((name) => [name, attributes[name]]),
    ) as Split;
    const key = JSON.stringify(Object.values(split));
    const sum = this.sums.get(key) ?? { split, counts: new Map<string, Map<string, number>>() };
    const months = sum.counts.get(metric) ?? new Map<string, number>();
    const shownMonth = isTotals ? begin.toString() : month;
    months.set(shownMonth, (months.get(shownMonth) ?? 0) + count);
    sum.counts.set(metric, months);
    this.sums.set(key, sum);
  }
}

function sortByKey<V>(map: ReadonlyMap<string, V>): [string, V][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

function matches(attributes: Split, filters: CounterRequest['filters']): boolean {
  return (
    includes(filters.Data_Type, attributes.Data_Type) &&
    includes(filters.Access_Type, attributes.Access_Type) &&
    includes(filters.Access_Method, attributes.Access_Method) &&
    (filters.YOP === undefined || filters.YOP.some((years) => isWithin(attributes.YOP ?? '', years)))
  );
}

function includes(values: readonly string[] | undefined, value: string | undefined): boolean {
  return values === undefined || (value !== undefined && values.includes(value));
}

/** @param years a year or a range of years */
function isWithin(year: string, years: string): boolean {
  const [first = '', last = first] = years.split('-');
  return first <= year && year <= last;
}
