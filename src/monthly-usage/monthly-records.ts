import type { CatalogItem } from '../items/catalog.js';
import type { ItemType } from '../model/counted-auth-usage.js';
import { MonthlyItemUsage, ReportedCounts, UsageCounts } from '../model/monthly-item-usage.js';
import type { MeasureValue } from '../storage/usage-query.js';
import type { YearMonth } from '../time/year-month.js';
import { toUsageCounts } from './count-measures.js';
import type { CountedItem } from './item-counts.js';

interface RecordSources {
  readonly month: YearMonth;
  readonly itemIri: string;
  readonly counted: CountedItem | undefined;
  readonly existing: MonthlyItemUsage | undefined;
  /** What the catalog knows of an item that was not used itself. */
  readonly item: CatalogItem | undefined;
}

/** The record of an item and month; undefined when the item has neither usage nor imported counts. */
export function toMonthlyItemUsage(sources: RecordSources): MonthlyItemUsage | undefined {
  const { month, itemIri, counted, existing } = sources;
  const imported = existing?.imported ?? null;
  const opening = existing?.opening ?? null;
  if (!counted && !imported) return undefined;
  const measures = counted?.measures ?? {};
  const total = atLeast(toUsageCounts(measures, 'total.'), imported);
  const hasTdm = 'tdm.view_count' in measures || 'tdm.within_view_count' in measures;
  return MonthlyItemUsage.of({
    month,
    item_iri: itemIri,
    ...(counted ? describeItem(sources) : describeAsBefore(existing as MonthlyItemUsage)),
    total,
    regular: hasTdm ? toUsageCounts(measures, 'regular.') : total,
    tdm: toUsageCounts(measures, 'tdm.'),
    imported,
    imported_versions: existing?.imported_versions ?? null,
    opening,
  });
}

/** Whether the item itself was used, not only an item within it. */
export function isUsedItself({ measures }: CountedItem): boolean {
  return 'item_osfids' in measures;
}

/** Counts that are not lower than an imported report says. */
export function atLeast(counts: UsageCounts, imported: ReportedCounts | null): UsageCounts {
  if (!imported) return counts;
  return Object.assign(new UsageCounts(), counts, {
    within_view_count: Math.max(counts.within_view_count, imported.view_count),
    within_view_session_count: Math.max(counts.within_view_session_count, imported.view_session_count),
    download_count: Math.max(counts.download_count, imported.download_count),
    download_session_count: Math.max(counts.download_session_count, imported.download_session_count),
    within_download_count: Math.max(counts.within_download_count, imported.download_count),
    within_download_session_count: Math.max(counts.within_download_session_count, imported.download_session_count),
  });
}

type ItemDescription = Pick<
  MonthlyItemUsage,
  'item_osfids' | 'item_types' | 'platform_iris' | 'database_iris' | 'provider_ids'
>;

function describeItem({ counted, item }: RecordSources): ItemDescription {
  if (counted && isUsedItself(counted)) {
    const { measures } = counted;
    return {
      item_osfids: toTexts(measures['item_osfids']),
      item_types: toTexts(measures['item_types']) as ItemType[],
      platform_iris: toTexts(measures['platform_iris']),
      database_iris: toTexts(measures['database_iris']),
      provider_ids: toTexts(measures['provider_ids']),
    };
  }
  return {
    item_osfids: item ? [item.guid] : [],
    item_types: item?.item_type ? [item.item_type] : [],
    platform_iris: [],
    database_iris: item?.database_iri ? [item.database_iri] : [],
    provider_ids: item?.provider_id ? [item.provider_id] : [],
  };
}

function describeAsBefore(record: MonthlyItemUsage): ItemDescription {
  const { item_osfids, item_types, platform_iris, database_iris, provider_ids } = record;
  return { item_osfids, item_types, platform_iris, database_iris, provider_ids };
}

function toTexts(value: MeasureValue | undefined): string[] {
  return Array.isArray(value) ? [...(value as readonly string[])] : [];
}
