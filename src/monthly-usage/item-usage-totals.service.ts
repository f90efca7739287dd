import { Injectable } from '@nestjs/common';
import type { MonthlyItemUsage, ReportedCounts, UsageCounts } from '../model/monthly-item-usage.js';
import { isUpToDate, type UsageMonth } from '../model/usage-month.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { UsageFilter, UsageGroup } from '../storage/usage-query.js';
import { Clock } from '../time/clock.js';
import type { TimeRange } from '../time/time-range.js';
import { YearMonth } from '../time/year-month.js';
import { COUNT_NAMES, countMeasures, toUsageCounts } from './count-measures.js';
import { atLeast } from './monthly-records.js';

interface ItemMonths {
  readonly records: readonly MonthlyItemUsage[];
  /** By month (`YYYY-MM`). */
  readonly counts: Map<string, UsageCounts>;
}

/**
 * The public usage of one item by month. It is exact at any time: months whose aggregate is up to date are read from the
 * aggregate, and the others are counted.
 */
@Injectable()
export class ItemUsageTotals {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly clock: Clock,
  ) {}

  /** The usage of each month that has any, by month (`YYYY-MM`). */
  async byMonth(itemIri: string): Promise<Map<string, UsageCounts>> {
    return (await this.read(itemIri)).counts;
  }

  /** All usage: the sum over all months, and the usage before the first imported month. */
  async total(itemIri: string): Promise<UsageCounts> {
    const { records, counts } = await this.read(itemIri);
    const months = [...counts];
    const sum = addCounts(months.map(([, counts]) => counts));
    const record = records.find(({ opening }) => opening !== null);
    if (!record?.opening) return sum;
    const before = addCounts(months.filter(([name]) => name < record.month.toString()).map(([, counts]) => counts));
    return addOpening(sum, before, record.opening);
  }

  /** The sums over all months up to the given one, inclusive, of items by IRI; reads the aggregate only. */
  async cumulative(itemIris: readonly string[], until: YearMonth): Promise<Map<string, UsageCounts>> {
    const [sums, openings] = await Promise.all([
      this.repository.sumMonthlyUsage({ itemIris, until }),
      this.repository.findMonthlyUsage({ itemIris, until, hasOpening: true }),
    ]);
    for (const { item_iri, month, opening } of openings) {
      const sum = sums.get(item_iri);
      if (!sum || !opening) continue;
      const before = await this.repository.sumMonthlyUsage({ itemIris: [item_iri], until: month.plusMonths(-1) });
      sums.set(item_iri, addOpening(sum, before.get(item_iri) ?? toUsageCounts({}), opening));
    }
    return sums;
  }

  /** The aggregate of an item, and its usage of each month. */
  private async read(itemIri: string): Promise<ItemMonths> {
    const [records, stale] = await Promise.all([
      this.repository.findMonthlyUsage({ itemIris: [itemIri] }),
      this.staleMonths(),
    ]);
    const counted = await this.countMonths(itemIri, stale);
    const counts = new Map<string, UsageCounts>();
    for (const { month, total, imported } of records) {
      const name = month.toString();
      if (!stale.has(name)) counts.set(name, total);
      else if (imported) counts.set(name, atLeast(counted.get(name) ?? toUsageCounts({}), imported));
    }
    for (const [name, each] of counted) if (!counts.has(name)) counts.set(name, each);
    return { records, counts };
  }

  /** Months that may have usages which the aggregate lacks: open ones, changed ones, and this month. */
  private async staleMonths(): Promise<Map<string, YearMonth>> {
    const months = await this.repository.listUsageMonths();
    const stale = months.filter((month: UsageMonth) => !isUpToDate(month)).map(({ month }) => month);
    return new Map([...stale, YearMonth.at(this.clock.now())].map((month) => [month.toString(), month]));
  }

  private async countMonths(
    itemIri: string,
    months: ReadonlyMap<string, YearMonth>,
  ): Promise<Map<string, UsageCounts>> {
    const measured = new Map<string, UsageGroup['measures']>();
    const groups = await Promise.all(
      toRanges([...months.values()]).flatMap((time) => [
        this.groups({ itemIri, time }, 'item_iri'),
        this.groups({ withinIri: itemIri, time }, 'within_iris'),
      ]),
    );
    for (const { key, measures } of groups.flat()) {
      const name = key.slice(0, 'YYYY-MM'.length);
      measured.set(name, { ...measured.get(name), ...measures });
    }
    return new Map([...measured].map(([name, measures]) => [name, toUsageCounts(measures)]));
  }

  private async groups(where: UsageFilter, by: 'item_iri' | 'within_iris'): Promise<readonly UsageGroup[]> {
    const { months = [] } = await this.repository.queryUsages({
      where: { ...where, itemPublic: true },
      groupings: { months: { by: { time: 'month' }, measures: countMeasures(by) } },
    });
    return months;
  }
}

function addCounts(counts: readonly UsageCounts[]): UsageCounts {
  const sums = COUNT_NAMES.map((name) => [name, counts.reduce((sum, each) => sum + each[name], 0)]);
  return Object.fromEntries(sums) as UsageCounts;
}

/**
 * Adds the usage before the first imported month, as far as it is more than what is known of those months.
 * @param before the sum over the months before the first imported one
 */
function addOpening(sum: UsageCounts, before: UsageCounts, opening: ReportedCounts): UsageCounts {
  const missing = (known: number, reported: number): number => Math.max(0, reported - known);
  return {
    ...sum,
    within_view_count: sum.within_view_count + missing(before.within_view_count, opening.view_count),
    within_view_session_count:
      sum.within_view_session_count + missing(before.within_view_session_count, opening.view_session_count),
    download_count: sum.download_count + missing(before.download_count, opening.download_count),
    download_session_count:
      sum.download_session_count + missing(before.download_session_count, opening.download_session_count),
    // Reports do not count downloads of items within the item: those of the item alone are the least there were.
    within_download_count: sum.within_download_count + missing(before.download_count, opening.download_count),
    within_download_session_count:
      sum.within_download_session_count + missing(before.download_session_count, opening.download_session_count),
  };
}

/** Time ranges of months in a row. */
function toRanges(months: readonly YearMonth[]): TimeRange[] {
  const sorted = [...months].sort((a, b) => a.compare(b));
  const ranges: { start: Date; end: Date }[] = [];
  for (const month of sorted) {
    const last = ranges.at(-1);
    if (last?.end.getTime() === month.start().getTime()) last.end = month.end();
    else ranges.push({ start: month.start(), end: month.end() });
  }
  return ranges;
}
