import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { UsageMeasure } from '../storage/usage-query.js';
import type { DateRange } from '../time/date-range.js';
import type { Query } from './query.js';

export const MAX_ITEMS_WITHIN = 100;
export const ITEM_ORDERS = ['-view_count', '-download_count'] as const;
export type ItemOrder = (typeof ITEM_ORDERS)[number];

const count = { type: 'integer', minimum: 0 } as const;

/** The usage of one item alone. */
export class ItemWithinUsage {
  @ApiProperty({ description: 'The IRI of the item' })
  item_iri: string;

  @ApiProperty({ type: String, nullable: true, description: 'The title of the item' })
  title: string | null;

  @ApiProperty({ ...count, description: 'Views of the item itself' })
  view_count: number;

  @ApiProperty({ ...count, description: 'Distinct session-hours with at least one such view' })
  view_session_count: number;

  @ApiProperty({ ...count, description: 'Downloads of the item itself' })
  download_count: number;

  @ApiProperty({ ...count, description: 'Distinct session-hours with at least one such download' })
  download_session_count: number;
}

/** An item that was used, without what the catalog says of it. */
export type UsedItem = Omit<ItemWithinUsage, 'title'> & { readonly guids: readonly string[] };

export interface ItemsWithinParameters {
  readonly itemIri: string;
  readonly days: Required<DateRange>;
  readonly order: ItemOrder;
}

type CountName = Exclude<keyof ItemWithinUsage, 'item_iri' | 'title'>;

const views = { actionLabels: { allOf: ['view'] } } as const;
const downloads = { actionLabels: { allOf: ['download'] } } as const;
const MEASURES: Record<CountName, UsageMeasure> = {
  view_count: { count: 'usages', where: views },
  view_session_count: { count: 'session-hours', where: views },
  download_count: { count: 'usages', where: downloads },
  download_session_count: { count: 'session-hours', where: downloads },
};

/** The most used items within an item: public usage, most used first. */
@Injectable()
export class ItemsWithinQuery implements Query<ItemsWithinParameters, UsedItem[]> {
  constructor(private readonly repository: MetricsRepository) {}

  async run({ itemIri, days, order }: ItemsWithinParameters): Promise<UsedItem[]> {
    const { items = [] } = await this.repository.queryUsages({
      where: { withinIri: itemIri, itemPublic: true, time: { start: days.start.start(), end: days.end.start() } },
      groupings: {
        items: {
          by: { field: 'item_iri' },
          measures: { ...MEASURES, guids: { values: 'item_osfid' } },
          orderBy: { measure: order.slice(1) },
          // The item itself is among them.
          limit: MAX_ITEMS_WITHIN + 1,
        },
      },
    });
    const within = items.filter(({ key }) => key !== itemIri);
    return within.map(({ key, measures }) => ({
      item_iri: key,
      guids: measures['guids'] as readonly string[],
      view_count: Number(measures['view_count']),
      view_session_count: Number(measures['view_session_count']),
      download_count: Number(measures['download_count']),
      download_session_count: Number(measures['download_session_count']),
    }));
  }
}
