import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Configuration } from '../config/configuration.js';
import { Catalog, type CatalogItem } from '../items/catalog.js';
import { findItemsByIri } from '../items/find-items-by-iri.js';
import { toUnversionedGuid } from '../model/item.js';
import type { MonthlyItemUsage, UsageCounts } from '../model/monthly-item-usage.js';
import { MonthlyUsageBuilder } from '../monthly-usage/monthly-usage-builder.service.js';
import { type CycleWithData, MONTHLY_SCHEDULE, MonthlyReporter, UTC } from '../reporters/reporter.js';
import { toCycles, unsupportedMonthReason } from '../reporters/usage-month-cycles.js';
import {
  type CounterCounts,
  type CounterParent,
  MonthlyCounterItemUsageReport,
} from '../reports/monthly/counter-item-usage.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { Clock } from '../time/clock.js';
import type { YearMonth } from '../time/year-month.js';
import { toBareDoi } from './item-metadata.js';

const ITEMS_PER_PAGE = 2_000;
/** As many as a report shows (Code of Practice 5.1, section 3.3.2). */
const MAX_AUTHORS = 3;

/**
 * Reports what COUNTER counts of every item that was used in the month, from the monthly aggregate, and what the catalog says
 * of the item at the time of the run.
 */
@Injectable()
export class CounterItemUsageReporter extends MonthlyReporter<MonthlyCounterItemUsageReport> {
  readonly reportType = MonthlyCounterItemUsageReport;

  constructor(
    private readonly repository: MetricsRepository,
    private readonly builder: MonthlyUsageBuilder,
    private readonly catalog: Catalog,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
  ) {
    super();
  }

  @Cron(MONTHLY_SCHEDULE, { name: 'counter_item_usage', ...UTC })
  override due(): void {
    super.due();
  }

  override async findCyclesWithData(): Promise<CycleWithData[]> {
    return toCycles(await this.repository.listUsageMonths(), this.clock.now());
  }

  override unsupportedReason(month: YearMonth): string | undefined {
    return unsupportedMonthReason(this.configuration, month);
  }

  override keyOf({ item_iri }: MonthlyCounterItemUsageReport): string {
    return item_iri;
  }

  async *report(month: YearMonth, continueAfter?: string): AsyncIterable<MonthlyCounterItemUsageReport> {
    await this.builder.buildUntil(month);
    for (let afterItemIri = continueAfter; ;) {
      const records = await this.repository.findMonthlyUsage({ month, afterItemIri, limit: ITEMS_PER_PAGE });
      yield* await this.reportsOn(records.filter(isUsedContent), month);
      if (records.length < ITEMS_PER_PAGE) return;
      afterItemIri = records.at(-1)?.item_iri;
    }
  }

  private async reportsOn(
    records: readonly MonthlyItemUsage[],
    month: YearMonth,
  ): Promise<MonthlyCounterItemUsageReport[]> {
    const items = await findItemsByIri(this.catalog, this.configuration.platformIri, records);
    const parentGuids = [...items.values()].flatMap(({ parent_guid }) => parent_guid ?? []);
    const parents = await this.catalog.findItems([...new Set(parentGuids)]);
    return records.map((record) => {
      const item = items.get(record.item_iri);
      return MonthlyCounterItemUsageReport.of<MonthlyCounterItemUsageReport>({
        report_yearmonth: month,
        item_iri: record.item_iri,
        item_osfid: toGuid(item?.guid ?? record.item_osfids[0]),
        item_type: item?.item_type ?? record.item_types[0] ?? null,
        resource_type: item?.resource_type ?? null,
        access: item?.access ?? null,
        title: item?.public ? item.title : null,
        doi: item?.doi ? toBareDoi(item.doi) : null,
        authors: item?.public ? (item.authors?.slice(0, MAX_AUTHORS) ?? null) : null,
        publisher: item?.publisher ?? null,
        publication_date: item?.publication_date ?? null,
        parent: toParent(item?.parent_guid ? parents.get(item.parent_guid) : undefined),
        regular: toCounterCounts(record.regular),
        tdm: toCounterCounts(record.tdm),
      });
    });
  }
}

/** Whether the item itself was used. A person's page is not content. */
function isUsedContent({ regular, tdm, item_types }: MonthlyItemUsage): boolean {
  const counts = [regular, tdm].map(toCounterCounts);
  return counts.some((each) => each.total_item_investigations > 0) && !item_types.includes('Agent');
}

/** Imported reports know no investigations; every request is one. */
function toCounterCounts(counts: UsageCounts): CounterCounts {
  return {
    total_item_investigations: Math.max(counts.investigation_count, counts.download_count),
    unique_item_investigations: Math.max(counts.investigation_session_count, counts.download_session_count),
    total_item_requests: counts.download_count,
    unique_item_requests: counts.download_session_count,
  };
}

function toGuid(guid: string | undefined): string | null {
  return guid === undefined ? null : toUnversionedGuid(guid);
}

function toParent(parent: CatalogItem | undefined): CounterParent | null {
  if (!parent?.public) return null;
  return {
    osfid: toUnversionedGuid(parent.guid),
    iri: parent.iri,
    item_type: parent.item_type,
    resource_type: parent.resource_type,
    title: parent.title,
    doi: parent.doi === null ? null : toBareDoi(parent.doi),
  };
}
