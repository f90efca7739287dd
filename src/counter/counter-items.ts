import type { MonthlyCounterItemUsageReport } from '../reports/monthly/counter-item-usage.js';
import type { MonthlyCounterPlatformUsageReport } from '../reports/monthly/counter-platform-usage.js';
import type { CounterRequest } from './counter-request.js';
import { dataTypeOf, PLATFORM_DATA_TYPE } from './data-types.js';
import { ACCESS_TYPES, CONTROLLED, type Release } from './release.js';
import { type Performance, PerformanceSums, type Split } from './report-rows.js';

/** COUNTER's year of publication for an item without a publication date. */
const UNKNOWN_YEAR = '0001';

/** One item of an item report. */
export interface CounterItem {
  /** What the newest month says of the item. */
  readonly item: MonthlyCounterItemUsageReport;
  readonly performances: readonly Performance[];
}

/**
 * Merges the months of each item, and leaves out items without counts.
 * @param reports in order of item
 */
export async function* mergeMonths(
  reports: AsyncIterable<MonthlyCounterItemUsageReport>,
  request: CounterRequest,
  months: ReadonlySet<string>,
): AsyncIterable<CounterItem> {
  let ofItem: MonthlyCounterItemUsageReport[] = [];
  for await (const report of reports) {
    if (!months.has(report.report_yearmonth.toString())) continue;
    if (ofItem[0] && ofItem[0].item_iri !== report.item_iri) {
      yield* mergeItem(ofItem, request);
      ofItem = [];
    }
    ofItem.push(report);
  }
  yield* mergeItem(ofItem, request);
}

/** The counts of the platform. */
export function sumPlatform(
  reports: readonly MonthlyCounterPlatformUsageReport[],
  request: CounterRequest,
): readonly Performance[] {
  const sums = new PerformanceSums(request);
  for (const report of reports) {
    const [month, Access_Method] = [report.report_yearmonth.toString(), report.access_method];
    sums.addSearches({ Data_Type: PLATFORM_DATA_TYPE, Access_Method }, month, report.searches_platform);
    const Data_Type = dataTypeOf(report, request.report.release);
    sums.addItemCounts({ Data_Type, Access_Method }, month, report.items);
  }
  return sums.performances();
}

function* mergeItem(reports: readonly MonthlyCounterItemUsageReport[], request: CounterRequest): Iterable<CounterItem> {
  const [first] = reports;
  if (!first) return;
  const isNewer = (a: MonthlyCounterItemUsageReport, b: MonthlyCounterItemUsageReport): boolean =>
    a.report_yearmonth.compare(b.report_yearmonth) > 0;
  const item = reports.reduce((newest, each) => (isNewer(each, newest) ? each : newest), first);
  const attributes = attributesOf(item, request.report.release);
  const sums = new PerformanceSums(request);
  for (const { report_yearmonth, regular, tdm } of reports) {
    const month = report_yearmonth.toString();
    sums.addItemCounts({ ...attributes, Access_Method: 'Regular' }, month, regular);
    sums.addItemCounts({ ...attributes, Access_Method: 'TDM' }, month, tdm);
  }
  const performances = sums.performances();
  if (performances.length > 0) yield { item, performances };
}

function attributesOf(item: MonthlyCounterItemUsageReport, release: Release): Split {
  return {
    Data_Type: dataTypeOf(item, release),
    YOP: item.publication_date?.toString().slice(0, 'YYYY'.length) ?? UNKNOWN_YEAR,
    Access_Type: item.access === CONTROLLED ? CONTROLLED : ACCESS_TYPES[release].open,
  };
}
