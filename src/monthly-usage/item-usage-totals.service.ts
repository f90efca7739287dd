import { Injectable } from '@nestjs/common';
import type { ReportedCounts, UsageCounts } from '../model/monthly-item-usage.js';
import { staleMonths } from '../model/usage-month.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { ITEM_COUNTS, type ItemCounts, type MonthlyCounts } from '../storage/monthly-usage-query.js';
import { Clock } from '../time/clock.js';
import type { TimeRange } from '../time/time-range.js';
import { YearMonth } from '../time/year-month.js';
import { itemMeasures, toUsageCounts } from './count-measures.js';
import { atLeast } from './monthly-records.js';

export interface ItemTotals {
  /** All usage: the sum over all months, and the usage before the first imported month. */
  readonly total: ItemCounts;
  /** The usage of each month that has any, by month (`YYYY-MM`). */
  readonly months: ReadonlyMap<string, ItemCounts>;
}

interface ItemMonths {
  readonly records: readonly MonthlyCounts[];
  /** By month (`YYYY-MM`). */
  readonly counts: Map<string, ItemCounts>;
}

interface Aggregate extends Omit<ItemMonths, 'counts'> {
  readonly stale: ReadonlySet<string>;
  readonly counted: ReadonlyMap<string, UsageCounts>;
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

  async read(itemIri: string): Promise<ItemTotals> {
    const { records, counts: months } = await this.readMonths(itemIri);
    const sum = addCounts([...months.values()]);
    const record = records.find(({ opening }) => opening !== null);
    if (!record?.opening) return { total: sum, months };
    const earlier = [...months].filter(([name]) => name < record.month.toString());
    return { total: addOpening(sum, addCounts(earlier.map(([, counts]) => counts)), record.opening), months };
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
  private async readMonths(itemIri: string): Promise<ItemMonths> {
    const now = this.clock.now();
    // The current month is always counted: this takes longest, and need not wait for the list of months.
    const [current, { records, stale, counted }] = await Promise.all([
      this.countMonths(itemIri, [YearMonth.at(now)]),
      this.readAggregate(itemIri, now),
    ]);
    const unbuilt = new Map([...counted, ...current]);
    const counts = new Map<string, ItemCounts>(unbuilt);
    for (const { month, total, imported } of records) {
      const name = month.toString();
      if (!stale.has(name)) counts.set(name, total);
      else if (imported) counts.set(name, atLeast(unbuilt.get(name) ?? toUsageCounts({}), imported));
    }
    return { records, counts };
  }

  /** The aggregate, the names of the months that it does not cover, and the counts of these except the current month. */
  private async readAggregate(itemIri: string, now: Date): Promise<Aggregate> {
    const stale = staleMonths(await this.repository.listUsageMonths(), now);
    const [records, counted] = await Promise.all([
      this.repository.findMonthlyCounts(itemIri),
      this.countMonths(
        itemIri,
        stale.filter((month) => !month.equals(YearMonth.at(now))),
      ),
    ]);
    return { records, stale: new Set(stale.map((month) => month.toString())), counted };
  }

  private async countMonths(itemIri: string, months: readonly YearMonth[]): Promise<Map<string, UsageCounts>> {
    const by = { time: 'month' } as const;
    const results = await Promise.all(
      toRanges(months).map((time) =>
        this.repository.queryUsages({
          where: { withinIri: itemIri, itemPublic: true, time },
          groupings: { months: { by, measures: itemMeasures(itemIri, ITEM_COUNTS) } },
        }),
      ),
    );
    const groups = results.flatMap(({ months: counted = [] }) => counted);
    return new Map(groups.map(({ key, measures }) => [key.slice(0, 'YYYY-MM'.length), toUsageCounts(measures)]));
  }
}

function addCounts(counts: readonly ItemCounts[]): ItemCounts {
  const sums = ITEM_COUNTS.map((name): [string, number] => [name, counts.reduce((sum, each) => sum + each[name], 0)]);
  return Object.fromEntries(sums) as unknown as ItemCounts;
}

/**
 * How reports name the counts. They do not count downloads of items within the item: those of the item alone are the least
 * there were.
 */
const REPORTED_NAMES = {
  within_view_count: ['within_view_count', 'view_count'],
  within_view_session_count: ['within_view_session_count', 'view_session_count'],
  download_count: ['download_count', 'download_count'],
  download_session_count: ['download_session_count', 'download_session_count'],
  within_download_count: ['download_count', 'download_count'],
} as const satisfies Record<keyof ItemCounts, readonly [keyof ItemCounts, keyof ReportedCounts]>;

/**
 * Adds the usage before the first imported month, as far as it is more than what is known of those months.
 * @param before the sum over the months before the first imported one
 */
function addOpening<Counts extends ItemCounts>(sum: Counts, before: ItemCounts, opening: ReportedCounts): Counts {
  const sums = ITEM_COUNTS.map((name) => {
    const [known, reported] = REPORTED_NAMES[name];
    return [name, sum[name] + Math.max(0, opening[reported] - before[known])];
  });
  return { ...sum, ...Object.fromEntries(sums) } as Counts;
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
