import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { ACCESS_METHODS } from '../monthly-usage/count-measures.js';
import { MONTHLY_SCHEDULE, MonthlyReporter, UTC } from '../reporters/reporter.js';
import { type CounterCounts, MonthlyCounterItemUsageReport } from '../reports/monthly/counter-item-usage.js';
import {
  COUNTER_ACCESS_METHODS,
  type CounterAccessMethod,
  MonthlyCounterPlatformUsageReport,
} from '../reports/monthly/counter-platform-usage.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { YearMonth } from '../time/year-month.js';

export const ITEM_USAGE_REPORTER = 'counter_item_usage';

const GROUPS = { Regular: 'regular', TDM: 'tdm' } as const satisfies Record<CounterAccessMethod, string>;
const NO_COUNTS: CounterCounts = {
  total_item_investigations: 0,
  unique_item_investigations: 0,
  total_item_requests: 0,
  unique_item_requests: 0,
};

type Kind = Pick<MonthlyCounterPlatformUsageReport, 'item_type' | 'resource_type' | 'access_method'>;

/** Sums the item reports of a month, so that a platform report reads a few rows instead of a million, and counts searches. */
@Injectable()
export class CounterPlatformUsageReporter extends MonthlyReporter<MonthlyCounterPlatformUsageReport> {
  readonly reportType = MonthlyCounterPlatformUsageReport;
  override readonly follows = ITEM_USAGE_REPORTER;

  constructor(private readonly repository: MetricsRepository) {
    super();
  }

  @Cron(MONTHLY_SCHEDULE, { name: 'counter_platform_usage', ...UTC })
  override due(): void {
    super.due();
  }

  /** @throws Error when the items of the month are not reported yet */
  async *report(month: YearMonth): AsyncIterable<MonthlyCounterPlatformUsageReport> {
    const [run] = await this.repository.findRuns({ reporter: ITEM_USAGE_REPORTER, cycle: month.toString(), limit: 1 });
    if (run?.state !== 'succeeded') throw new Error(`run ${ITEM_USAGE_REPORTER} for ${month.toString()} first`);
    const sums = new Map<string, MonthlyCounterPlatformUsageReport>();
    const sumOf = (kind: Kind): MonthlyCounterPlatformUsageReport => {
      const key = JSON.stringify(Object.values(kind));
      const sum = sums.get(key) ?? createSum(month, kind);
      sums.set(key, sum);
      return sum;
    };
    const period = { first: month, last: month };
    for await (const item of this.repository.streamReports(MonthlyCounterItemUsageReport, period)) {
      for (const access_method of COUNTER_ACCESS_METHODS) {
        const counts = item[GROUPS[access_method]];
        if (counts.total_item_investigations === 0) continue;
        const { items } = sumOf({ item_type: item.item_type, resource_type: item.resource_type, access_method });
        for (const name of Object.keys(NO_COUNTS) as (keyof CounterCounts)[]) items[name] += counts[name];
      }
    }
    for (const [access_method, searches] of await this.searches(month)) {
      if (searches > 0) sumOf({ item_type: null, resource_type: null, access_method }).searches_platform = searches;
    }
    yield* sums.values();
  }

  /** When retention has removed the usages of the month, the saved reports still have the number of searches. */
  private async searches(month: YearMonth): Promise<Map<CounterAccessMethod, number>> {
    const searches = new Map<CounterAccessMethod, number>();
    const months = await this.repository.listUsageMonths();
    if (months.some((each) => each.month.equals(month) && each.usages_removed)) {
      const saved = this.repository.streamReports(MonthlyCounterPlatformUsageReport, { first: month, last: month });
      for await (const { access_method, searches_platform } of saved) {
        if (searches_platform > 0) searches.set(access_method, searches_platform);
      }
      return searches;
    }
    for (const accessMethod of COUNTER_ACCESS_METHODS) {
      searches.set(accessMethod, await this.countSearches(month, accessMethod));
    }
    return searches;
  }

  /** Searches count with or without an item. */
  private async countSearches(month: YearMonth, accessMethod: CounterAccessMethod): Promise<number> {
    const access = ACCESS_METHODS[GROUPS[accessMethod]];
    const allOf = ['search' as const, ...('allOf' in access ? access.allOf : [])];
    const noneOf = 'noneOf' in access ? access.noneOf : [];
    return await this.repository.countUsages({
      time: { start: month.start(), end: month.end() },
      actionLabels: { allOf, noneOf },
    });
  }
}

function createSum(month: YearMonth, kind: Kind): MonthlyCounterPlatformUsageReport {
  return MonthlyCounterPlatformUsageReport.of<MonthlyCounterPlatformUsageReport>({
    report_yearmonth: month,
    ...kind,
    items: { ...NO_COUNTS },
    searches_platform: 0,
  });
}
