import { Injectable } from '@nestjs/common';
import { Catalog, type CatalogItem } from '../items/catalog.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { intersect, type TimeRange } from '../time/time-range.js';
import { YearMonth } from '../time/year-month.js';
import { toItemFields } from './item-fields.js';

const ITEMS_PER_STEP = 200;

/** Where a refresh goes on: a month, and the short id after which to continue in it. */
export interface RefreshPosition {
  readonly month: YearMonth;
  readonly afterOsfid?: string;
}

/** What one step of a refresh did. */
export interface RefreshStep {
  readonly completedUsages: number;
  readonly completedItems: number;
  /** Items that the catalog still does not know. */
  readonly unknownItems: number;
  /** Where to continue; undefined at the end. */
  readonly next?: RefreshPosition;
}

/** Completes usages that were recorded before the catalog knew their items. */
@Injectable()
export class UnknownItems {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly catalog: Catalog,
  ) {}

  /**
   * Completes the usages of some items of one month.
   * @param from the first position by default
   * @throws UnavailableError when the catalog cannot be reached
   */
  async refresh(range: TimeRange, from?: RefreshPosition): Promise<RefreshStep> {
    const months = (await this.repository.listUsageMonths())
      .filter((month) => !month.usages_removed)
      .map(({ month }) => ({ month, time: intersect(range, { start: month.start(), end: month.end() }) }))
      .filter(({ month, time }) => time && (!from || month.compare(from.month) >= 0));
    const [current, following] = months;
    if (!current?.time) return { completedUsages: 0, completedItems: 0, unknownItems: 0 };
    const { month, time } = current;
    const afterOsfid = from?.month.equals(month) ? from.afterOsfid : undefined;
    const osfids = await this.findOsfids(time, afterOsfid);
    const step = await this.complete(month, time, osfids);
    if (osfids.length === ITEMS_PER_STEP) return { ...step, next: { month, afterOsfid: osfids.at(-1) } };
    return { ...step, next: following && { month: following.month } };
  }

  /** The short ids of unknown items that were used, in order. */
  private async findOsfids(time: TimeRange, after: string | undefined): Promise<string[]> {
    await this.repository.refresh();
    const { items = [] } = await this.repository.queryUsages({
      where: { time, unknownItem: true },
      groupings: { items: { by: { field: 'item_osfid' }, measures: {}, limit: ITEMS_PER_STEP, after } },
    });
    return items.map(({ key }) => key);
  }

  /** Marks the month before and after: a build between the two may have missed some of the usages. */
  private async complete(month: YearMonth, time: TimeRange, osfids: readonly string[]): Promise<RefreshStep> {
    const items = [...(await this.catalog.findItems(osfids))].filter(([, item]) => isKnown(item));
    const unknownItems = osfids.length - items.length;
    if (items.length === 0) return { completedUsages: 0, completedItems: 0, unknownItems };
    await this.repository.markUsageMonths([month]);
    let completedUsages = 0;
    for (const [recordedOsfid, item] of items) {
      completedUsages += await this.repository.completeUsages(time, { recordedOsfid, fields: toItemFields(item) });
    }
    await this.repository.markUsageMonths([month]);
    return { completedUsages, completedItems: items.length, unknownItems };
  }
}

/** An item that has no type and is not public says no more than the usages do. */
function isKnown({ item_type, public: isPublic }: CatalogItem): boolean {
  return item_type !== null || isPublic;
}
