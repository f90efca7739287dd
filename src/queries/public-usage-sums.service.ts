import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { staleMonths, type UsageMonth } from '../model/usage-month.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { PublicUsageFilter, UsageSum, UsageSumQuery } from '../storage/usage-sum-query.js';
import { Clock } from '../time/clock.js';
import type { DateRange } from '../time/date-range.js';
import { partsWithin, type TimeBucket } from '../time/periods.js';
import { YearMonth } from '../time/year-month.js';
import { sourcesOf } from './usage-sources.js';
import { findUsageVersion } from './usage-version.js';

type Range = Required<DateRange>;
type Sums = Omit<UsageSumQuery, 'months' | 'times'>;

const MAX_CACHED_SUMS = 200_000;

/**
 * Sums public usage of a range. Months and totals are read from the monthly aggregate as far as possible. Days and weeks are
 * counted, a month at a time. Sums of months that are over are kept in memory until a usage of one of the months arrives;
 * only the current month is always counted.
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
    const { bucket } = query;
    const months = await this.repository.listUsageMonths();
    if (bucket === undefined || bucket === 'month') {
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

  private async sumPart(
    part: Range,
    query: UsageSumQuery,
    months: readonly UsageMonth[],
  ): Promise<readonly UsageSum[]> {
    const version = findUsageVersion(part, months, this.clock.now());
    const key = version === undefined ? undefined : JSON.stringify([part, query, version]);
    const cached = key === undefined ? undefined : this.cache.get(key);
    if (cached) return cached;
    const sums = await this.repository.sumUsage(query);
    if (key !== undefined) this.cache.set(key, sums);
    return sums;
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
