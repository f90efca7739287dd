import { Injectable } from '@nestjs/common';
import { QueryDtoPipe } from '../http/json-api/query-dto.pipe.js';
import { type GroupUsage, type PublicUsageParameters, PublicUsageQuery } from '../queries/public-usage.query.js';
import { PublicUsageQueryDto } from '../queries/public-usage-query.dto.js';
import { PublicUsageSums } from '../queries/public-usage-sums.service.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import type { DateRange } from '../time/date-range.js';
import type { YearMonth } from '../time/year-month.js';
import type { Parameters } from './page-request.js';

export interface ReadUsage {
  readonly groups: readonly GroupUsage[];
  /** The number of groups, including those that were not read. */
  readonly total: number;
  readonly previousDays?: Required<DateRange>;
}

/** Reads what `query/usage` returns, by the same parameters, so that pages and the API show the same figures. */
@Injectable()
export class UsageReader {
  private readonly pipe = new QueryDtoPipe(PublicUsageQueryDto);

  constructor(
    private readonly query: PublicUsageQuery,
    private readonly sums: PublicUsageSums,
    private readonly clock: Clock,
  ) {}

  today(): CalendarDate {
    return CalendarDate.at(this.clock.now());
  }

  /** The first month with usage. */
  async findFirstMonth(): Promise<YearMonth | undefined> {
    return await this.sums.findFirstMonth();
  }

  /** The days before, with `compare=previous`. @throws ApiError 400 naming a parameter */
  findPreviousDays(parameters: Parameters): Required<DateRange> | undefined {
    return this.toQuery(parameters).previousDays;
  }

  /** @throws ApiError 400 naming a parameter */
  async read(parameters: Parameters): Promise<ReadUsage> {
    const query = this.toQuery(parameters);
    return { ...(await this.query.run(query)), previousDays: query.previousDays };
  }

  private toQuery(parameters: Parameters): PublicUsageParameters {
    const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
    return this.pipe.transform(Object.fromEntries(given)).toParameters(this.today(), undefined);
  }
}
