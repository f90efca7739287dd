import { Injectable } from '@nestjs/common';
import { MonthlyItemUsage, type ReportedCounts } from '../model/monthly-item-usage.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { toUsageCounts } from './count-measures.js';
import { atLeast } from './monthly-records.js';
import { MonthlyUsageLock } from './monthly-usage-lock.service.js';

/** What an imported report says of an item and month. */
export interface ImportedItemMonth extends Pick<
  MonthlyItemUsage,
  'month' | 'item_iri' | 'item_osfids' | 'item_types' | 'platform_iris' | 'database_iris' | 'provider_ids'
> {
  readonly counts: ReportedCounts;
  /** The counts of this and of all earlier months. */
  readonly cumulative: ReportedCounts;
}

/**
 * Keeps the counts of imported reports in the monthly aggregate, so that months whose usages are not here still count. A
 * month never counts less than its imported report says. What the first imported report of an item has in its cumulative
 * counts beyond its own month is the item's opening balance.
 */
@Injectable()
export class ImportedUsage {
  constructor(
    private readonly lock: MonthlyUsageLock,
    private readonly repository: MetricsRepository,
  ) {}

  /** Saving the same months again changes nothing. @throws MonthlyUsageLockedError when another instance builds */
  async save(imported: readonly ImportedItemMonth[]): Promise<void> {
    if (imported.length > 0) await this.lock.runExclusive(() => this.merge(imported));
  }

  private async merge(imported: readonly ImportedItemMonth[]): Promise<void> {
    const itemIris = [...new Set(imported.map(({ item_iri }) => item_iri))];
    const stored = await this.repository.findMonthlyUsage({ itemIris });
    const records = new Map(stored.map((record) => [keyOf(record), record]));
    const importedOfItem = new Map<string, ImportedItemMonth[]>();
    for (const each of imported) {
      records.set(keyOf(each), withImport(each, records.get(keyOf(each))));
      importedOfItem.set(each.item_iri, [...(importedOfItem.get(each.item_iri) ?? []), each]);
    }
    for (const [itemIri, months] of importedOfItem) {
      moveOpening(
        [...records.values()].filter(({ item_iri }) => item_iri === itemIri),
        months,
      );
    }
    await this.repository.saveMonthlyUsage([...records.values()].filter((record) => record.imported !== null));
    const months = new Map(imported.map(({ month }) => [month.toString(), month]));
    await this.repository.markUsageMonths([...months.values()]);
  }
}

function withImport(
  { counts, cumulative: _cumulative, ...described }: ImportedItemMonth,
  stored?: MonthlyItemUsage,
): MonthlyItemUsage {
  const nothing = toUsageCounts({});
  const base = stored ?? { ...described, total: nothing, regular: nothing, tdm: nothing, opening: null };
  return MonthlyItemUsage.of({
    ...base,
    total: atLeast(base.total, counts),
    regular: atLeast(base.regular, counts),
    imported: counts,
    opening: base.opening,
  });
}

/** Sets the opening balance on the first imported month of an item, and on no other. */
function moveOpening(records: readonly MonthlyItemUsage[], imported: readonly ImportedItemMonth[]): void {
  const [first] = records.filter((record) => record.imported).toSorted((a, b) => a.month.compare(b.month));
  const report = imported.find(({ month }) => first?.month.equals(month));
  if (!first || !report) return;
  for (const record of records) record.opening = null;
  first.opening = toOpening(report);
}

/** The part of the cumulative counts that belongs to earlier months; null when there is none. */
function toOpening({ counts, cumulative }: ImportedItemMonth): ReportedCounts | null {
  const opening = {
    view_count: Math.max(0, cumulative.view_count - counts.view_count),
    view_session_count: Math.max(0, cumulative.view_session_count - counts.view_session_count),
    download_count: Math.max(0, cumulative.download_count - counts.download_count),
    download_session_count: Math.max(0, cumulative.download_session_count - counts.download_session_count),
  };
  return Object.values(opening).some((count) => count > 0) ? opening : null;
}

function keyOf({ month, item_iri }: Pick<MonthlyItemUsage, 'month' | 'item_iri'>): string {
  return `${month.toString()} ${item_iri}`;
}
