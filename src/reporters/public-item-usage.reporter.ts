import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Configuration } from '../config/configuration.js';
import { Catalog } from '../items/catalog.js';
import { findItemsByIri } from '../items/find-items-by-iri.js';
import type { MonthlyItemUsage } from '../model/monthly-item-usage.js';
import { ItemUsageTotals } from '../monthly-usage/item-usage-totals.service.js';
import { MonthlyUsageBuilder } from '../monthly-usage/monthly-usage-builder.service.js';
import { MonthlyPublicItemUsageReport } from '../reports/monthly/public-item-usage.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { Clock } from '../time/clock.js';
import type { YearMonth } from '../time/year-month.js';
import { ItemUsageWebhook } from './item-usage-webhook.service.js';
import { type CycleWithData, MONTHLY_SCHEDULE, MonthlyReporter, UTC } from './reporter.js';
import { toCycles, unsupportedMonthReason } from './usage-month-cycles.js';

const ITEMS_PER_PAGE = 2_000;

/**
 * Reports the usage of every public item that was used in the month, or within which an item was used. It reads the
 * monthly aggregate, and builds it first where it is not up to date.
 */
@Injectable()
export class PublicItemUsageReporter extends MonthlyReporter<MonthlyPublicItemUsageReport> {
  readonly reportType = MonthlyPublicItemUsageReport;
  override readonly isCumulative = true;

  constructor(
    private readonly repository: MetricsRepository,
    private readonly builder: MonthlyUsageBuilder,
    private readonly totals: ItemUsageTotals,
    private readonly catalog: Catalog,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
    private readonly webhook: ItemUsageWebhook,
  ) {
    super();
  }

  @Cron(MONTHLY_SCHEDULE, { name: 'public_item_usage', ...UTC })
  override due(): void {
    super.due();
  }

  override async findCyclesWithData(): Promise<CycleWithData[]> {
    return toCycles(await this.repository.listUsageMonths(), this.clock.now());
  }

  override unsupportedReason(yearMonth: YearMonth): string | undefined {
    return unsupportedMonthReason(this.configuration, yearMonth);
  }

  override keyOf({ item_iri }: MonthlyPublicItemUsageReport): string {
    return item_iri;
  }

  override afterSave(report: MonthlyPublicItemUsageReport): Promise<void> {
    this.webhook.add(report);
    return Promise.resolve();
  }

  async *report(month: YearMonth, continueAfter?: string): AsyncIterable<MonthlyPublicItemUsageReport> {
    await this.builder.buildUntil(month);
    for (let afterItemIri = continueAfter; ;) {
      const records = await this.repository.findMonthlyUsage({ month, afterItemIri, limit: ITEMS_PER_PAGE });
      yield* await this.reportsOn(records, month);
      if (records.length < ITEMS_PER_PAGE) return;
      afterItemIri = records.at(-1)?.item_iri;
    }
  }

  private async reportsOn(
    records: readonly MonthlyItemUsage[],
    month: YearMonth,
  ): Promise<MonthlyPublicItemUsageReport[]> {
    const items = await findItemsByIri(this.catalog, this.configuration.platformIri, records);
    const reported = records.filter((record) => items.get(record.item_iri)?.public ?? isUsedItself(record));
    const cumulative = await this.totals.cumulative(
      reported.map(({ item_iri }) => item_iri),
      month,
    );
    return reported.map((record) => {
      const sums = cumulative.get(record.item_iri) ?? record.total;
      return MonthlyPublicItemUsageReport.of<MonthlyPublicItemUsageReport>({
        report_yearmonth: month,
        item_iri: record.item_iri,
        item_osfids: record.item_osfids,
        item_types: record.item_types,
        platform_iris: record.platform_iris,
        database_iris: record.database_iris,
        provider_ids: record.provider_ids,
        view_count: record.total.within_view_count,
        view_session_count: record.total.within_view_session_count,
        download_count: record.total.download_count,
        download_session_count: record.total.download_session_count,
        cumulative_view_count: sums.within_view_count,
        cumulative_view_session_count: sums.within_view_session_count,
        cumulative_download_count: sums.download_count,
        cumulative_download_session_count: sums.download_session_count,
      });
    });
  }
}

/** Whether usages of the item itself were recorded as public: decides for items that the catalog does not know. */
function isUsedItself({ platform_iris }: MonthlyItemUsage): boolean {
  return platform_iris.length > 0;
}
