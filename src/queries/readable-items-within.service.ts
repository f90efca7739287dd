import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ItemAccess } from '../items/item-access.service.js';
import { type ItemsWithinParameters, ItemsWithinQuery, type ItemWithinUsage } from './items-within.query.js';

/** An item that the request may read, and its usage. */
export interface ReadableItemWithin {
  readonly guid: string;
  readonly usage: ItemWithinUsage;
}

export interface ReadableItemsWithinList {
  readonly items: readonly ReadableItemWithin[];
  /** Whether every reader gets this list: which private items are left out depends on the reader. */
  readonly isSameForAll: boolean;
}

/** The most used items within an item, as far as the request may read them. */
@Injectable()
export class ReadableItemsWithin {
  constructor(
    private readonly access: ItemAccess,
    private readonly query: ItemsWithinQuery,
  ) {}

  async list(parameters: ItemsWithinParameters, request: FastifyRequest): Promise<ReadableItemsWithinList> {
    const used = await this.query.run(parameters);
    const readable = await this.access.findReadableItems([...new Set(used.flatMap(({ guids }) => guids))], request);
    const items: ReadableItemWithin[] = [];
    for (const { guids, ...counts } of used) {
      const known = guids.map((each) => readable.get(each)).find((each) => each?.iri === counts.item_iri);
      if (known) items.push({ guid: known.guid, usage: { ...counts, title: known.title } });
    }
    const isSameForAll = items.length === used.length && [...readable.values()].every((each) => each.public);
    return { items, isSameForAll };
  }
}
