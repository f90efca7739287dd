import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import { type Item, itemIri } from '../model/item.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { Clock } from '../time/clock.js';
import { Catalog, type CatalogItem } from './catalog.js';
import { LookupCache } from './lookup-cache.js';

/** The catalog of the items that trusted clients registered. */
@Injectable()
export class RegisteredCatalog extends Catalog {
  readonly acceptsRegistrations = true;
  private readonly cache: LookupCache<CatalogItem | undefined>;

  constructor(
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
    clock: Clock,
  ) {
    super();
    this.cache = new LookupCache(clock, (guids) => this.load(guids));
  }

  async findItems(guids: readonly string[]): Promise<Map<string, CatalogItem>> {
    const found = await Promise.all(guids.map((guid) => this.cache.find(guid)));
    return new Map(found.flatMap((item) => (item ? [[item.guid, item]] : [])));
  }

  clearCache(): void {
    this.cache.clear();
  }

  /** @returns `N×` items, in the order of the guids */
  private async load(guids: readonly string[]): Promise<(CatalogItem | undefined)[]> {
    const items = await this.loadWithAncestors(guids);
    return guids.map((guid) => (items.has(guid) ? this.toCatalogItem(guid, items) : undefined));
  }

  /** Loads the items and all their ancestors, with one query per level. */
  private async loadWithAncestors(guids: readonly string[]): Promise<Map<string, Item>> {
    const items = new Map<string, Item>();
    const requested = new Set<string>();
    for (let level = [...guids]; level.length > 0;) {
      for (const guid of level) requested.add(guid);
      const found = await this.repository.findItems(level);
      for (const item of found) items.set(item.guid, item);
      const parents = new Set(found.flatMap(({ parent_guid }) => parent_guid ?? []));
      level = [...parents].filter((guid) => !requested.has(guid));
    }
    return items;
  }

  private toCatalogItem(guid: string, items: ReadonlyMap<string, Item>): CatalogItem {
    const item = items.get(guid) as Item;
    const within = new Set<string>();
    // Parents that form a cycle end the loop.
    for (let each: Item | undefined = item; each && !within.has(this.iriOf(each));) {
      within.add(this.iriOf(each));
      each = each.parent_guid === null ? undefined : items.get(each.parent_guid);
    }
    return { ...item, iri: this.iriOf(item), database_iri: databaseIri(item), within_iris: [...within].sort() };
  }

  private iriOf({ guid, iri }: Item): string {
    return iri ?? itemIri(this.configuration.platformIri, guid);
  }
}

/** The database of a file is its storage; that of any other item is its provider. */
function databaseIri({ item_type, provider_id, provider_iri }: Item): string | null {
  return item_type === 'File' && provider_id !== null ? `urn:files.osf.io:${provider_id}` : provider_iri;
}
