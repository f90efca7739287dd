import { Injectable } from '@nestjs/common';
import { ItemUsageTotals } from '../monthly-usage/item-usage-totals.service.js';
import type { ItemCounts } from '../storage/monthly-usage-query.js';
import { Clock } from '../time/clock.js';
import { YearMonth } from '../time/year-month.js';
import type { Query } from './query.js';

export const BADGE_METRICS = ['views', 'downloads'] as const;
export type BadgeMetric = (typeof BADGE_METRICS)[number];

export const BADGE_PERIODS = ['total', 'year', 'month'] as const;
export type BadgePeriod = (typeof BADGE_PERIODS)[number];

export interface BadgeParameters {
  readonly itemIri: string;
  readonly metric: BadgeMetric;
  readonly period: BadgePeriod;
}

/** Of the item and of all items within it, as on the page of the item: the downloads of a project are those of its files. */
const COUNTS: Record<BadgeMetric, keyof ItemCounts> = {
  views: 'within_view_count',
  downloads: 'within_download_count',
};

/** One number about an item: of all time, or of this calendar year or month so far. */
@Injectable()
export class BadgeQuery implements Query<BadgeParameters, number> {
  constructor(
    private readonly totals: ItemUsageTotals,
    private readonly clock: Clock,
  ) {}

  async run({ itemIri, metric, period }: BadgeParameters): Promise<number> {
    const count = COUNTS[metric];
    const { total, months } = await this.totals.read(itemIri);
    if (period === 'total') return total[count];
    const month = YearMonth.at(this.clock.now()).toString();
    const prefix = period === 'month' ? month : month.slice(0, 'YYYY'.length);
    const ofPeriod = [...months].filter(([name]) => name.startsWith(prefix));
    return ofPeriod.reduce((sum, [, counts]) => sum + counts[count], 0);
  }
}
