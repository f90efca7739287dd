import { Injectable } from '@nestjs/common';
import { QueryDtoPipe } from '../http/json-api/query-dto.pipe.js';
import type { NodeAnalytics } from '../queries/node-analytics.js';
import { PlatformAnalyticsQuery } from '../queries/platform-analytics.query.js';
import { PlatformAnalyticsQueryDto } from '../queries/platform-analytics-query.dto.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';
import type { TimeBucket } from '../time/periods.js';
import type { YearMonth } from '../time/year-month.js';
import type { OverviewDto } from './overview.dto.js';
import type { Parameters } from './page-request.js';
import { defaultInterval } from './range-picker.dto.js';
import { type ReadUsage, UsageReader } from './usage-reader.service.js';

/** A part of the overview: its figures, and the parameters of `query/usage` that return them. */
export interface OverviewPart {
  readonly usage: ReadUsage;
  readonly parameters: Parameters;
}

/** The page views, and the parameters of `query/platform_analytics` that return them. */
export interface OverviewAnalytics {
  readonly figures: NodeAnalytics;
  readonly parameters: Parameters;
}

export interface Overview {
  readonly today: CalendarDate;
  readonly days: Required<DateRange>;
  /** The days before; undefined if some of them were before the first usage. */
  readonly previousDays?: Required<DateRange>;
  /** The first month that can be compared with: usage may have begun within the month before. */
  readonly firstComparableMonth?: YearMonth;
  readonly bucket: TimeBucket;
  readonly series: OverviewPart;
  readonly providers: OverviewPart;
  readonly itemTypes: OverviewPart;
  readonly items: OverviewPart;
  /** The number of items used on the previous days. */
  readonly previousItemCount?: number;
  readonly analytics: OverviewAnalytics;
}

/** Reads the figures of the overview. */
@Injectable()
export class OverviewReader {
  private readonly analyticsPipe = new QueryDtoPipe(PlatformAnalyticsQueryDto);

  constructor(
    private readonly usage: UsageReader,
    private readonly analytics: PlatformAnalyticsQuery,
  ) {}

  /** @throws ApiError 400 naming a parameter */
  async read(picker: OverviewDto): Promise<Overview> {
    const today = this.usage.today();
    const firstMonth = await this.usage.findFirstMonth();
    const days = picker.days(today, firstMonth);
    const bucket = picker.bucket(days);
    const common = picker.toParameters(days);
    const firstComparableMonth = firstMonth?.plusMonths(1);
    const previousDays = findPreviousDays(picker, days, bucket, firstComparableMonth);
    const read = async (part: Parameters): Promise<OverviewPart> => {
      const parameters = { ...common, ...part };
      return { usage: await this.usage.read(parameters, previousDays), parameters };
    };
    const [series, providers, itemTypes, items, previousItemCount, analytics] = await Promise.all([
      read({ interval: bucket }),
      read({ group_by: 'provider' }),
      read({ group_by: 'item_type' }),
      read({ group_by: 'item', interval: defaultInterval(days) }),
      previousDays && this.usage.countItems(previousDays, common),
      this.readAnalytics(common),
    ]);
    const usage = { series, providers, itemTypes, items };
    return { today, days, previousDays, firstComparableMonth, bucket, ...usage, previousItemCount, analytics };
  }

  private async readAnalytics(parameters: Parameters): Promise<OverviewAnalytics> {
    const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
    const query = this.analyticsPipe.transform(Object.fromEntries(given));
    const figures = await this.analytics.run({
      ...query.toParameters(query.daysOf('week', this.usage.today()), false),
      lists: ['time_of_day', 'referer_domain'],
    });
    return { figures, parameters };
  }
}

function findPreviousDays(
  picker: OverviewDto,
  days: Required<DateRange>,
  bucket: TimeBucket,
  firstComparableMonth: YearMonth | undefined,
): Required<DateRange> | undefined {
  const previousDays = picker.previousDays(days, bucket);
  return firstComparableMonth && previousDays.start.compare(firstComparableMonth.firstDay()) >= 0
    ? previousDays
    : undefined;
}
