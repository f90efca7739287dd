import { Injectable, Logger } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import { Catalog, type CatalogItem } from '../items/catalog.js';
import { findItemsByIri } from '../items/find-items-by-iri.js';
import { UnavailableError } from '../model/errors.js';
import { MonthlyItemUsage } from '../model/monthly-item-usage.js';
import { isUpToDate, type UsageMonth } from '../model/usage-month.js';
import type { Lease } from '../storage/lease.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { Clock } from '../time/clock.js';
import type { YearMonth } from '../time/year-month.js';
import { type CountedItem, countItems } from './item-counts.js';
import { mergeByKey } from './merge-by-key.js';
import { isUsedItself, toMonthlyItemUsage } from './monthly-records.js';
import { MonthlyUsageLock } from './monthly-usage-lock.service.js';

const RECORDS_PER_PAGE = 2_000;

/** An item of a month: what is counted now, and the record of the build before. */
interface ItemPair {
  readonly itemIri: string;
  readonly counted: CountedItem | undefined;
  readonly existing: MonthlyItemUsage | undefined;
}

/**
 * Builds the monthly aggregate: counts the public usage of every item in one pass over a month, and saves what differs
 * from the records of the build before. Of several instances one builds at a time.
 */
@Injectable()
export class MonthlyUsageBuilder {
  private readonly logger = new Logger(MonthlyUsageBuilder.name);

  constructor(
    private readonly lock: MonthlyUsageLock,
    private readonly repository: MetricsRepository,
    private readonly catalog: Catalog,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
  ) {}

  /**
   * Builds the months up to the given one, inclusive, whose aggregate is not up to date, the oldest first.
   * @throws MonthlyUsageLockedError when another instance builds
   */
  async buildUntil(last: YearMonth): Promise<void> {
    await this.buildMonths(({ month }) => month.compare(last) <= 0);
  }

  /** As `buildUntil`, for the months that meet a condition. */
  async buildMonths(isSelected: (month: UsageMonth) => boolean): Promise<void> {
    const isDue = (month: UsageMonth): boolean => isSelected(month) && !isUpToDate(month);
    if (!(await this.repository.listUsageMonths()).some(isDue)) return;
    await this.lock.runExclusive(async (lease) => {
      for (const month of (await this.repository.listUsageMonths()).filter(isDue)) await this.build(month, lease);
    });
  }

  private async build({ month, change_id: changeId }: UsageMonth, lease: Lease): Promise<void> {
    const [builtAt, startedAt] = [this.clock.now(), performance.now()];
    await this.repository.refresh();
    let items = 0;
    let pairs: ItemPair[] = [];
    for await (const { key, left, right } of mergeByKey(countItems(this.repository, month), this.records(month))) {
      pairs.push({ itemIri: key, counted: left, existing: right?.record });
      items += 1;
      if (pairs.length < RECORDS_PER_PAGE) continue;
      await lease.renew();
      await this.save(month, pairs);
      pairs = [];
    }
    await lease.renew();
    await this.save(month, pairs);
    await this.repository.saveUsageMonthBuild({ month, changeId, builtAt });
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    this.logger.log(`built the monthly usage of ${month.toString()}: ${items} items in ${seconds} s`);
  }

  /** The records of the month, in the order of IRIs. */
  private async *records(month: YearMonth): AsyncIterable<{ key: string; record: MonthlyItemUsage }> {
    for (let afterItemIri: string | undefined; ;) {
      const page = await this.repository.findMonthlyUsage({ month, afterItemIri, limit: RECORDS_PER_PAGE });
      for (const record of page) yield { key: record.item_iri, record };
      if (page.length < RECORDS_PER_PAGE) return;
      afterItemIri = page.at(-1)?.item_iri;
    }
  }

  /** Saves the records that changed, and removes those of items without usage and without imported counts. */
  private async save(month: YearMonth, pairs: readonly ItemPair[]): Promise<void> {
    const unused = pairs.filter(({ counted }) => counted && !isUsedItself(counted));
    const described = await this.describe(unused.map(({ itemIri }) => itemIri));
    const changed: MonthlyItemUsage[] = [];
    const removed: string[] = [];
    for (const { itemIri, counted, existing } of pairs) {
      const record = toMonthlyItemUsage({ month, itemIri, counted, existing, item: described.get(itemIri) });
      if (!record) removed.push(itemIri);
      else if (JSON.stringify(record) !== JSON.stringify(existing)) changed.push(record);
    }
    await this.repository.saveMonthlyUsage(changed);
    await this.repository.removeMonthlyUsage(month, removed);
  }

  /** What the catalog knows of items of which no usage says anything; nothing while it is unavailable. */
  private async describe(itemIris: readonly string[]): Promise<Map<string, CatalogItem>> {
    const references = itemIris.map((item_iri) => ({ item_iri, item_osfids: [] }));
    try {
      return await findItemsByIri(this.catalog, this.configuration.platformIri, references);
    } catch (error) {
      if (error instanceof UnavailableError) return new Map();
      throw error;
    }
  }
}
