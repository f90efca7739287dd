import { Injectable } from '@nestjs/common';
import type { PublicUsageCounts } from '../queries/public-usage.js';
import { NO_USAGE } from '../storage/usage-sum-query.js';
import type { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';
import { type MonthPair, MonthsDto } from './months.dto.js';
import type { Parameters } from './page-request.js';
import { UsageReader } from './usage-reader.service.js';

export interface MonthUsage {
  readonly month: YearMonth;
  readonly counts: PublicUsageCounts;
}

export interface MonthsFigures {
  readonly today: CalendarDate;
  readonly pair: MonthPair;
  /** Newest first. */
  readonly months: readonly MonthUsage[];
  /** The parameters of `query/usage` that return the figures. */
  readonly parameters: Parameters;
}

/** Reads the usage of the platform by month. */
@Injectable()
export class MonthsReader {
  constructor(private readonly usage: UsageReader) {}

  /** @throws ApiError 400 naming a parameter */
  async read(query: MonthsDto): Promise<MonthsFigures> {
    const today = this.usage.today();
    const pair = query.toPair(today);
    const names = MonthsDto.monthsSince(await this.usage.findFirstMonth(), pair, today);
    const start = (names.at(-1) ?? YearMonth.of(today)).firstDay();
    const end = today.plusDays(1);
    const parameters: Parameters = { interval: 'month', start_date: start.toString(), end_date: end.toString() };
    const sums = await this.usage.readMonths({ start, end });
    const counts = new Map(sums.map((sum) => [sum.date, sum]));
    const months = names.map((month) => ({ month, counts: counts.get(month.firstDay().toString()) ?? NO_USAGE }));
    return { today, pair, months, parameters };
  }
}
