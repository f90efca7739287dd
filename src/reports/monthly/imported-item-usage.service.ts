import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Configuration } from '../../config/configuration.js';
import { UnavailableError } from '../../model/errors.js';
import { toUnversionedGuid, toUnversionedIri, versionOf } from '../../model/item.js';
import type { ReportedCounts } from '../../model/monthly-item-usage.js';
import type { Report } from '../../model/report.js';
import { type ImportedItemMonth, ImportedUsage } from '../../monthly-usage/imported-usage.service.js';
import { MetricsRepository } from '../../storage/metrics.repository.js';
import type { ReportQuery } from '../../storage/report-query.js';
import { streamReportPages } from '../report-pages.js';
import { MonthlyPublicItemUsageReport } from './public-item-usage.js';

const REPORTS_PER_BATCH = 500;
const CYCLE_FIELD = 'report_yearmonth';

/** Adds the counts of imported `public_item_usage` reports to the monthly aggregate. */
@Injectable()
export class ImportedItemUsage implements OnApplicationBootstrap {
  private readonly logger = new Logger(ImportedItemUsage.name);

  constructor(
    private readonly importedUsage: ImportedUsage,
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
  ) {}

  onApplicationBootstrap(): void {
    void this.addSavedOnce();
  }

  /** Adds the counts of the `public_item_usage` reports among these. Adding a report again changes nothing. */
  async add(reports: readonly Report[]): Promise<void> {
    const itemUsage = reports.filter((report) => report instanceof MonthlyPublicItemUsageReport);
    const { platformIri } = this.configuration;
    await this.importedUsage.save(itemUsage.map((report) => toImportedItemMonth(report, platformIri)));
  }

  /**
   * Adds the reports that an older version of the service saved for months without usages. The newest month comes first:
   * that the oldest report is added shows that all are.
   */
  async addSaved(): Promise<void> {
    const months = await this.savedMonths();
    const [oldest] = await this.readReports({ ...months, sort: [{ path: CYCLE_FIELD, descending: false }], limit: 1 });
    if (!oldest || (await this.isAdded(oldest))) return;
    const newestFirst = { ...months, sort: [{ path: CYCLE_FIELD, descending: true }] };
    let count = 0;
    let batch: Report[] = [];
    for await (const report of streamReportPages(this.repository, MonthlyPublicItemUsageReport, newestFirst)) {
      batch.push(report);
      count += 1;
      if (batch.length < REPORTS_PER_BATCH) continue;
      await this.add(batch);
      batch = [];
    }
    await this.add(batch);
    this.logger.log(`added ${count} saved public_item_usage reports to the monthly usage`);
  }

  private async addSavedOnce(): Promise<void> {
    try {
      await this.addSaved();
    } catch (error) {
      const failure = 'saved reports are not added to the monthly usage until the next start';
      if (error instanceof UnavailableError) this.logger.warn(`${failure}: ${error.message}`);
      else this.logger.error({ err: error }, failure);
    }
  }

  /** The months before the first with usages. Retention may have removed a part of the usages of that one. */
  private async savedMonths(): Promise<Pick<ReportQuery, 'last'>> {
    const [first] = await this.repository.listUsageMonths();
    if (!first) return {};
    const isPartial = this.configuration.usageRetentionDays !== 0;
    return { last: isPartial ? first.month : first.month.plusMonths(-1) };
  }

  private async readReports(query: ReportQuery): Promise<MonthlyPublicItemUsageReport[]> {
    const reports: MonthlyPublicItemUsageReport[] = [];
    for await (const report of this.repository.streamReports(MonthlyPublicItemUsageReport, query)) reports.push(report);
    return reports;
  }

  private async isAdded({ item_iri, report_yearmonth: month }: MonthlyPublicItemUsageReport): Promise<boolean> {
    const itemIri = toUnversionedIri(this.configuration.platformIri, item_iri);
    const filter = { itemIris: [itemIri], month, isImported: true } as const;
    return (await this.repository.findMonthlyUsage(filter)).length > 0;
  }
}

/** A report that is older than a field has null there. */
function toImportedItemMonth(report: MonthlyPublicItemUsageReport, platformIri: string): ImportedItemMonth {
  return {
    month: report.report_yearmonth,
    item_iri: toUnversionedIri(platformIri, report.item_iri),
    version: versionOf(platformIri, report.item_iri),
    item_osfids: [...new Set(orEmpty(report.item_osfids).map(toUnversionedGuid))],
    item_types: orEmpty(report.item_types),
    platform_iris: orEmpty(report.platform_iris),
    database_iris: orEmpty(report.database_iris),
    provider_ids: orEmpty(report.provider_ids),
    counts: toCounts(report, ''),
    cumulative: toCounts(report, 'cumulative_'),
  };
}

function toCounts(report: MonthlyPublicItemUsageReport, prefix: '' | 'cumulative_'): ReportedCounts {
  return {
    view_count: orZero(report[`${prefix}view_count`]),
    view_session_count: orZero(report[`${prefix}view_session_count`]),
    download_count: orZero(report[`${prefix}download_count`]),
    download_session_count: orZero(report[`${prefix}download_session_count`]),
  };
}

function orEmpty<T>(values: T[] | null): T[] {
  return values ?? [];
}

function orZero(count: number | null): number {
  return count ?? 0;
}
