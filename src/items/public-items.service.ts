import { Injectable } from '@nestjs/common';
import type { Item } from '../model/item.js';
import { Catalog, type CatalogItem } from './catalog.js';

/** What everyone may read of a public item. */
export type PublicItem = Pick<
  Item,
  'guid' | 'iri' | 'item_type' | 'public' | 'provider_id' | 'provider_iri' | 'parent_guid' | 'title'
>;

/** The descriptions of public items, which need no key. */
@Injectable()
export class PublicItems {
  constructor(private readonly catalog: Catalog) {}

  /** @returns undefined for an unknown and for a private item, which nobody may tell apart */
  async find(guid: string): Promise<PublicItem | undefined> {
    const item = await this.findPublicItem(guid);
    if (!item) return undefined;
    const { iri, item_type, provider_id, provider_iri, title } = item;
    const parent = item.parent_guid === null ? undefined : await this.findPublicItem(item.parent_guid);
    const parent_guid = parent ? item.parent_guid : null;
    return { guid: item.guid, iri, item_type, public: true, provider_id, provider_iri, parent_guid, title };
  }

  private async findPublicItem(guid: string): Promise<CatalogItem | undefined> {
    const item = (await this.catalog.findItems([guid])).get(guid);
    // A person's page is not content.
    return item?.public && item.item_type !== 'Agent' ? item : undefined;
  }
}
