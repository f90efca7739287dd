import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Configuration } from '../config/configuration.js';
import type { ItemType } from '../model/counted-auth-usage.js';
import { MonthlyPublicItemUsageReport } from '../reports/monthly/public-item-usage.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { MeasureValue, UsageFilter, UsageGroup } from '../storage/usage-query.js';
import type { YearMonth } from '../time/year-month.js';
import { MONTHLY_SCHEDULE, MonthlyReporter, UTC } from './reporter.js';

const ITEMS_PER_PAGE = 2_000;

/**
 * Reports the usage of every item that was publicly used in the month.
 *
 * An item that was not itself used gets no report, even when something within it was: nothing tells that it is public, and
 * a report would give away that it exists.
 */
@Injectable()
export class PublicItemUsageReporter extends MonthlyReporter<MonthlyPublicItemUsageReport> {
  readonly reportType = MonthlyPublicItemUsageReport;
  override readonly isCumulative = true;

  constructor(
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
  ) {
    super();
  }

  @Cron(MONTHLY_SCHEDULE, UTC)
  override due(): void {
    super.due();
  }

  override unsupportedReason(yearMonth: YearMonth): string | undefined {
    const { usageReportEpoch: epoch } = this.configuration;
    if (!epoch || yearMonth.compare(epoch) >= 0) return undefined;
    return `usages of before ${epoch.toString()} have expired (USAGE_REPORT_EPOCH)`;
  }

  override keyOf({ item_iri }: MonthlyPublicItemUsageReport): string {
    return item_iri;
  }

  async *report(yearMonth: YearMonth, continueAfter?: string): AsyncIterable<MonthlyPublicItemUsageReport> {
    const where = { itemPublic: true, time: { start: yearMonth.start(), end: yearMonth.end() } };
    for (let after = continueAfter; ;) {
      const items = await this.pageOfItems(where, after);
      if (items.length > 0) yield* await this.reportsOn(items, where, yearMonth);
      if (items.length < ITEMS_PER_PAGE) return;
      after = items.at(-1)?.key;
    }
  }

  /** Items in order of their IRIs, with what their own usages say of them. */
  private async pageOfItems(where: UsageFilter, after: string | undefined): Promise<readonly UsageGroup[]> {
    const downloads = { actionLabels: { allOf: ['download'] } } as const;
    const answer = await this.repository.queryUsages({
      where,
      groupings: {
        items: {
          by: { field: 'item_iri' },
          measures: {
            download_count: { count: 'usages', where: downloads },
            download_session_count: { count: 'session-hours', where: downloads },
            item_osfids: { values: 'item_osfid' },
            item_types: { values: 'item_type' },
            platform_iris: { values: 'platform_iri' },
            database_iris: { values: 'database_iri' },
            provider_ids: { values: 'provider_id' },
          },
          limit: ITEMS_PER_PAGE,
          after,
        },
      },
    });
    return answer['items'] ?? [];
  }

  private async reportsOn(
    items: readonly UsageGroup[],
    where: UsageFilter,
    yearMonth: YearMonth,
  ): Promise<MonthlyPublicItemUsageReport[]> {
    const iris = items.map(({ key }) => key);
    const views = await this.viewsWithin(iris, where);
    const earlier = await this.repository.findLatestReports(this.reportType, 'item_iri', iris, yearMonth);
    const earlierOf = new Map(earlier.map((report) => [report.item_iri, report]));
    return items.map(({ key, measures }) => {
      const counts = {
        view_count: count(views.get(key)?.['view_count']),
        view_session_count: count(views.get(key)?.['view_session_count']),
        download_count: count(measures['download_count']),
        download_session_count: count(measures['download_session_count']),
      };
      const before = earlierOf.get(key);
      return MonthlyPublicItemUsageReport.of<MonthlyPublicItemUsageReport>({
        report_yearmonth: yearMonth,
        item_iri: key,
        item_osfids: texts(measures['item_osfids']),
        item_types: texts(measures['item_types']) as ItemType[],
        platform_iris: texts(measures['platform_iris']),
        database_iris: texts(measures['database_iris']),
        provider_ids: texts(measures['provider_ids']),
        ...counts,
        cumulative_view_count: counts.view_count + (before?.cumulative_view_count ?? 0),
        cumulative_view_session_count: counts.view_session_count + (before?.cumulative_view_session_count ?? 0),
        cumulative_download_count: counts.download_count + (before?.cumulative_download_count ?? 0),
        cumulative_download_session_count:
          counts.download_session_count + (before?.cumulative_download_session_count ?? 0),
      });
    });
  }

  /** The views of each item and of all that stands within it, by the item's IRI. */
  private async viewsWithin(iris: readonly string[], where: UsageFilter): Promise<Map<string, UsageGroup['measures']>> {
    const answer = await this.repository.queryUsages({
      where: { ...where, actionLabels: { allOf: ['view'] } },
      groupings: {
        items: {
          by: { withinIris: iris },
          measures: { view_count: { count: 'usages' }, view_session_count: { count: 'session-hours' } },
        },
      },
    });
    return new Map((answer['items'] ?? []).map(({ key, measures }) => [key, measures]));
  }
}

function count(value: MeasureValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function texts(value: MeasureValue | undefined): string[] {
  return Array.isArray(value) ? [...(value as readonly string[])] : [];
}
