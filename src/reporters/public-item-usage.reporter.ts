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
 * An item that was not itself used gets no report, even if an item within it was: no usage says that it is public, and a
 * report would reveal that it exists.
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

  @Cron(MONTHLY_SCHEDULE, { name: 'public_item_usage', ...UTC })
  override due(): void {
    super.due();
  }

  override unsupportedReason(yearMonth: YearMonth): string | undefined {
    const { usageReportEpoch: epoch } = this.configuration;
    if (!epoch || yearMonth.compare(epoch) >= 0) return undefined;
    return `usages before ${epoch.toString()} have expired (USAGE_REPORT_EPOCH)`;
  }

  override keyOf({ item_iri }: MonthlyPublicItemUsageReport): string {
    return item_iri;
  }

  async *report(yearMonth: YearMonth, continueAfter?: string): AsyncIterable<MonthlyPublicItemUsageReport> {
    const where = { itemPublic: true, time: { start: yearMonth.start(), end: yearMonth.end() } };
    for (let after = continueAfter; ;) {
      const items = await this.findItems(where, after);
      if (items.length > 0) yield* await this.toReports(items, where, yearMonth);
      if (items.length < ITEMS_PER_PAGE) return;
      after = items.at(-1)?.key;
    }
  }

  /** Finds a page of items in order of their IRIs, with the downloads and attributes of the items alone. */
  private async findItems(where: UsageFilter, after: string | undefined): Promise<readonly UsageGroup[]> {
    const downloads = { actionLabels: ['download'] } as const;
    const result = await this.repository.queryUsages({
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
    return result['items'] ?? [];
  }

  private async toReports(
    items: readonly UsageGroup[],
    where: UsageFilter,
    yearMonth: YearMonth,
  ): Promise<MonthlyPublicItemUsageReport[]> {
    const iris = items.map(({ key }) => key);
    const views = await this.countViewsWithin(iris, where);
    const earlier = await this.repository.latestReports(this.reportType, 'item_iri', iris, yearMonth);
    const earlierByItem = new Map(earlier.map((report) => [report.item_iri, report]));
    return items.map(({ key, measures }) => {
      const counts = {
        view_count: toCount(views.get(key)?.['view_count']),
        view_session_count: toCount(views.get(key)?.['view_session_count']),
        download_count: toCount(measures['download_count']),
        download_session_count: toCount(measures['download_session_count']),
      };
      const before = earlierByItem.get(key);
      return MonthlyPublicItemUsageReport.of<MonthlyPublicItemUsageReport>({
        report_yearmonth: yearMonth,
        item_iri: key,
        item_osfids: toTexts(measures['item_osfids']),
        item_types: toTexts(measures['item_types']) as ItemType[],
        platform_iris: toTexts(measures['platform_iris']),
        database_iris: toTexts(measures['database_iris']),
        provider_ids: toTexts(measures['provider_ids']),
        ...counts,
        cumulative_view_count: counts.view_count + (before?.cumulative_view_count ?? 0),
        cumulative_view_session_count: counts.view_session_count + (before?.cumulative_view_session_count ?? 0),
        cumulative_download_count: counts.download_count + (before?.cumulative_download_count ?? 0),
        cumulative_download_session_count:
          counts.download_session_count + (before?.cumulative_download_session_count ?? 0),
      });
    });
  }

  /** Counts the views of each item and of all items within it, by the IRI of the item. */
  private async countViewsWithin(
    iris: readonly string[],
    where: UsageFilter,
  ): Promise<Map<string, UsageGroup['measures']>> {
    const result = await this.repository.queryUsages({
      where: { ...where, actionLabels: ['view'] },
      groupings: {
        items: {
          by: { withinIris: iris },
          measures: { view_count: { count: 'usages' }, view_session_count: { count: 'session-hours' } },
        },
      },
    });
    return new Map((result['items'] ?? []).map(({ key, measures }) => [key, measures]));
  }
}

function toCount(value: MeasureValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function toTexts(value: MeasureValue | undefined): string[] {
  return Array.isArray(value) ? [...(value as readonly string[])] : [];
}
