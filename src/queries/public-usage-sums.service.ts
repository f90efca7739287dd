import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { staleMonths, type UsageMonth } from '../model/usage-month.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { PublicUsageFilter, UsageSum, UsageSumQuery } from '../storage/usage-sum-query.js';
import { Clock } from '../time/clock.js';
import type { DateRange } from '../time/date-range.js';
import { partsWithin, type TimeBucket } from '../time/periods.js';
import { YearMonth } from '../time/year-month.js';
import { addUpSums } from './add-up-sums.js';
import { sourcesOf } from './usage-sources.js';
import { findUsageVersion } from './usage-version.js';

type Range = Required<DateRange>;
type Sums = Omit<UsageSumQuery, 'months' | 'times'>;

const MAX_CACHED_SUMS = 200_000;

/**
 * Sums public usage of a range. Months and totals are read from the monthly aggregate as far as possible. Days and weeks are
 * counted, a month at a time. Sums of months that are over are kept in memory until a usage of the month arrives; only the
 * current month is always counted. Distinct items of several months do not add up, so they are counted again each time.
 */
@Injectable()
export class PublicUsageSums {
  private readonly cache = new LRUCache<string, readonly UsageSum[]>({
    maxSize: MAX_CACHED_SUMS,
    sizeCalculation: (sums) => sums.length + 1,
  });

  constructor(
    private readonly repository: MetricsRepository,
    private readonly clock: Clock,
  ) {}

  /** What to read for the range: whole months that are up to date from the monthly aggregate, and usages. */
  async sourcesOf(range: Range): Promise<Pick<PublicUsageFilter, 'months' | 'times'>> {
    return sourcesOf(range, staleMonths(await this.repository.listUsageMonths(), this.clock.now()));
  }

  /** The first month that has usages, or had them. */
  async findFirstMonth(): Promise<YearMonth | undefined> {
    return (await this.repository.listUsageMonths())[0]?.month;
  }

  async sum(range: Range, query: Sums): Promise<readonly UsageSum[]> {
    const { bucket, omitsItemCount } = query;
    const months = await this.repository.listUsageMonths();
    if (bucket === 'month') return await this.sumMonths(range, query, months);
    if (bucket === undefined) {
      if (omitsItemCount) return addUpSums(await this.sumMonths(range, query, months));
      const sources = sourcesOf(range, staleMonths(months, this.clock.now()));
      return await this.sumPart(range, { ...query, ...sources }, months);
    }
    const sums: UsageSum[] = [];
    // One after the other, to leave the store to others too.
    for (const part of splitByMonth(range, bucket)) {
      const times = [{ start: part.start.start(), end: part.end.start() }];
      sums.push(...(await this.sumPart(part, { ...query, months: [], times }, months)));
    }
    return sums;
  }

  /** The number of items that were viewed or downloaded. */
  async countItems(range: Range, filter: Pick<PublicUsageFilter, 'providers' | 'itemTypes'>): Promise<number> {
    const [sum] = await this.sum(range, { ...filter, by: 'all' });
    return sum?.item_count ?? 0;
  }

  /** Reads the months that are not in memory at once. */
  private async sumMonths(range: Range, query: Sums, months: readonly UsageMonth[]): Promise<UsageSum[]> {
    const now = this.clock.now();
    const ofMonth: Sums = { ...query, bucket: 'month' };
    const stale = staleMonths(months, now);
    const parts = partsWithin(range, 'month').map((part) => {
      const key = this.keyOf(part, ofMonth, months);
      return { part, key, cached: key === undefined ? undefined : this.cache.get(key) };
    });
    const missing = parts.filter(({ cached }) => !cached);
    const sources = missing.map(({ part }) => sourcesOf(part, stale));
    const read =
      missing.length === 0
        ? []
        : await this.repository.sumUsage({
            ...ofMonth,
            months: sources.flatMap((each) => each.months),
            times: sources.flatMap((each) => each.times),
          });
    return parts.flatMap(({ part, key, cached }) => {
      if (cached) return cached;
      const date = YearMonth.of(part.start).firstDay().toString();
      const sums = read.filter((sum) => sum.date === date);
      if (key !== undefined) this.cache.set(key, sums);
      return sums;
    });
  }

  private async sumPart(
    part: Range,
    query: UsageSumQuery,
    months: readonly UsageMonth[],
  ): Promise<readonly UsageSum[]> {
    const key = this.keyOf(part, query, months);
    const cached = key === undefined ? undefined : this.cache.get(key);
    if (cached) return cached;
    const sums = await this.repository.sumUsage(query);
    if (key !== undefined) this.cache.set(key, sums);
    return sums;
  }

  /** The key in the cache; undefined if usages of the part may still arrive. */
  private keyOf(part: Range, query: Sums, months: readonly UsageMonth[]): string | undefined {
    const version = findUsageVersion(part, months, this.clock.now());
    return version === undefined ? undefined : JSON.stringify([part, query, version]);
  }
}

/** The parts of a range that begin in one month, each with whole buckets. */
function splitByMonth(range: Range, bucket: TimeBucket): Range[] {
  const parts: { start: Range['start']; end: Range['end'] }[] = [];
  for (const part of partsWithin(range, bucket)) {
    const last = parts.at(-1);
    if (last && YearMonth.of(last.start).equals(YearMonth.of(part.start))) last.end = part.end;
    else parts.push({ ...part });
  }
  return parts;
}
