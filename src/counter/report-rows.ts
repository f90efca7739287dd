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
const ITEM_METRICS: readonly (readonly [string, keyof CounterCounts])[] = [
  ['Total_Item_Investigations', 'total_item_investigations'],
  ['Total_Item_Requests', 'total_item_requests'],
  ['Unique_Item_Investigations', 'unique_item_investigations'],
  ['Unique_Item_Requests', 'unique_item_requests'],
];

export const SEARCHES = 'Searches_Platform';

interface Sum {
  readonly split: Split;
  readonly counts: Map<string, Map<string, number>>;
}

/** Sums counts by the attributes, metrics and months that a request shows. */
export class PerformanceSums {
  private readonly sums = new Map<string, Sum>();

  constructor(private readonly request: CounterRequest) {}

  /** Adds counts, unless the filters of the request exclude them. */
  addItemCounts(attributes: Split, month: string, counts: CounterCounts): void {
    // Without an investigation there is no usage at all.
    if (counts.total_item_investigations === 0) return;
    for (const [metric, field] of ITEM_METRICS) this.add(attributes, month, metric, counts[field]);
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
    const { filters, isTotals, begin } = this.request;
    if (count === 0 || filters.Metric_Type?.includes(metric) === false || !matches(attributes, filters)) return;
    const { counts } = this.sumOf(attributes);
    const months = counts.get(metric) ?? new Map<string, number>();
    const shownMonth = isTotals ? begin.toString() : month;
    months.set(shownMonth, (months.get(shownMonth) ?? 0) + count);
    counts.set(metric, months);
  }

  private sumOf(attributes: Split): Sum {
    const names = SPLITTING_ATTRIBUTES.filter((name) => this.request.shown.includes(name));
    const key = names.map((name) => attributes[name]).join('\n');
    const existing = this.sums.get(key);
    if (existing) return existing;
    const split = Object.fromEntries(names.map((name) => [name, attributes[name]])) as Split;
    const sum = { split, counts: new Map<string, Map<string, number>>() };
    this.sums.set(key, sum);
    return sum;
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
