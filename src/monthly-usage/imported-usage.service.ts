import { Injectable } from '@nestjs/common';
import { type ImportedVersion, MonthlyItemUsage, type ReportedCounts } from '../model/monthly-item-usage.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { toUsageCounts } from './count-measures.js';
import { atLeast } from './monthly-records.js';
import { MonthlyUsageLock } from './monthly-usage-lock.service.js';

/** What an imported report says of an item, or of one version of a preprint, and month. */
export interface ImportedItemMonth
  extends
    Pick<
      MonthlyItemUsage,
      'month' | 'item_iri' | 'item_osfids' | 'item_types' | 'platform_iris' | 'database_iris' | 'provider_ids'
    >,
    ImportedVersion {}

/**
 * Keeps the counts of imported reports in the monthly aggregate, so that months whose usages are not here still count. A
 * month never counts less than its imported report says. What the first imported report of an item has in its cumulative
 * counts beyond its own month is the item's opening balance. The counts of all versions of a preprint are added up.
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
    for (const each of imported) records.set(keyOf(each), withImport(each, records.get(keyOf(each))));
    for (const itemIri of itemIris) setOpening([...records.values()].filter(({ item_iri }) => item_iri === itemIri));
    await this.repository.saveMonthlyUsage([...records.values()].filter((record) => record.imported !== null));
    const months = new Map(imported.map(({ month }) => [month.toString(), month]));
    await this.repository.markUsageMonths([...months.values()]);
  }
}

function withImport(
  { version, counts, cumulative, ...described }: ImportedItemMonth,
  stored?: MonthlyItemUsage,
): MonthlyItemUsage {
  const nothing = toUsageCounts({});
  const base = stored ?? { ...described, total: nothing, regular: nothing, tdm: nothing, opening: null };
  const others = (stored ? versionsOf(stored) : []).filter((each) => each.version !== version);
  const versions = [...others, { version, counts, cumulative }].sort((a, b) => a.version - b.version);
  const sum = combineVersions(versions, (each) => each.counts);
  return MonthlyItemUsage.of({
    ...base,
    total: atLeast(base.total, sum),
    regular: atLeast(base.regular, sum),
    imported: sum,
    imported_versions: versions,
    opening: base.opening,
  });
}

/** A record that was saved before versions were kept apart has one. */
function versionsOf({ imported, imported_versions: versions, opening }: MonthlyItemUsage): readonly ImportedVersion[] {
  if (versions || !imported) return versions ?? [];
  const cumulative = mapReported((name) => imported[name] + (opening?.[name] ?? 0));
  return [{ version: 0, counts: imported, cumulative }];
}

/** Sets the opening balance on the first imported month of an item, and on no other. */
function setOpening(records: readonly MonthlyItemUsage[]): void {
  const [first] = records.filter((record) => record.imported).toSorted((a, b) => a.month.compare(b.month));
  for (const record of records) record.opening = record === first ? openingOf(first) : null;
}

/** The part of the cumulative counts that belongs to earlier months; null when there is none. */
function openingOf(first: MonthlyItemUsage): ReportedCounts | null {
  const opening = combineVersions(versionsOf(first), ({ counts, cumulative }) =>
    mapReported((name) => Math.max(0, cumulative[name] - counts[name])),
  );
  return Object.values(opening).some((count) => count > 0) ? opening : null;
}

/** The sum over all versions. A report without a version may be of all of them, so that it is not added to the others. */
function combineVersions(
  versions: readonly ImportedVersion[],
  countsOf: (version: ImportedVersion) => ReportedCounts,
): ReportedCounts {
  const sum = (some: readonly ImportedVersion[]): ReportedCounts =>
    mapReported((name) => some.reduce((total, version) => total + countsOf(version)[name], 0));
  const [whole, parts] = [sum(versions.filter(isWhole)), sum(versions.filter((each) => !isWhole(each)))];
  return mapReported((name) => Math.max(whole[name], parts[name]));
}

function isWhole({ version }: ImportedVersion): boolean {
  return version === 0;
}

function mapReported(count: (name: keyof ReportedCounts) => number): ReportedCounts {
  return {
    view_count: count('view_count'),
    view_session_count: count('view_session_count'),
    download_count: count('download_count'),
    download_session_count: count('download_session_count'),
  };
}

function keyOf({ month, item_iri }: Pick<MonthlyItemUsage, 'month' | 'item_iri'>): string {
  return `${month.toString()} ${item_iri}`;
}
