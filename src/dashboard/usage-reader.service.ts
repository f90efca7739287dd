import { Injectable } from '@nestjs/common';
import { QueryDtoPipe } from '../http/json-api/query-dto.pipe.js';
import { type GroupUsage, type PublicUsageParameters, PublicUsageQuery } from '../queries/public-usage.query.js';
import { PublicUsageQueryDto } from '../queries/public-usage-query.dto.js';
import { PublicUsageSums } from '../queries/public-usage-sums.service.js';
import type { UsageSum } from '../storage/usage-sum-query.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import type { DateRange } from '../time/date-range.js';
import type { YearMonth } from '../time/year-month.js';
import type { Parameters } from './page-request.js';

export interface ReadUsage {
  readonly groups: readonly GroupUsage[];
  /** The number of groups, including those that were not read. */
  readonly total: number;
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

  /**
   * Reads without `item_count`.
   *
   * @param previousDays the days to compare with
   * @throws ApiError 400 naming a parameter
   */
  async read(parameters: Parameters, previousDays?: Required<DateRange>): Promise<ReadUsage> {
    return await this.query.run({ ...this.toQuery(parameters), previousDays, omitsItemCount: true });
  }

  /** The number of items that were viewed or downloaded on the days, with the filters of the parameters. */
  async countItems(days: Required<DateRange>, parameters: Parameters): Promise<number> {
    const { providers, itemTypes } = this.toQuery(parameters);
    return await this.sums.countItems(days, { providers, itemTypes });
  }

  /** The usage of the platform in each month, with `item_count`. Months without usage are left out. */
  async readMonths(days: Required<DateRange>): Promise<readonly UsageSum[]> {
    return await this.sums.sum(days, { by: 'all', bucket: 'month' });
  }

  private toQuery(parameters: Parameters): PublicUsageParameters {
    const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
    return this.pipe.transform(Object.fromEntries(given)).toParameters(this.today(), undefined);
  }
}
