import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import type { Item } from '../model/item.js';
import { itemIri } from '../model/item.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { Clock } from '../time/clock.js';
import { Catalog, type CatalogItem } from './catalog.js';
import { LookupCache } from './lookup-cache.js';

/** The catalog of the items that trusted clients registered. */
@Injectable()
export class RegisteredCatalog implements Catalog {
  readonly acceptsRegistrations = true;
  private readonly cache: LookupCache<CatalogItem | undefined>;

  constructor(
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
    clock: Clock,
  ) {
    this.cache = new LookupCache(clock, (guids) => this.load(guids));
  }

  async findItems(guids: readonly string[]): Promise<Map<string, CatalogItem>> {
    const found = await Promise.all(guids.map((guid) => this.cache.find(guid)));
    return new Map(found.flatMap((item) => (item ? [[item.guid, item]] : [])));
  }

  clearCache(): void {
    this.cache.clear();
  }

  /** @returns `N×` what is known of the items, in the order of their guids */
  private async load(guids: readonly string[]): Promise<(CatalogItem | undefined)[]> {
    const items = await this.withAncestors(guids);
    return guids.map((guid) => (items.has(guid) ? this.describeOne(guid, items) : undefined));
  }

  /** The items and all that they stand within, a query for each level. */
  private async withAncestors(guids: readonly string[]): Promise<Map<string, Item>> {
    const items = new Map<string, Item>();
    const asked = new Set<string>();
    for (let level = [...guids]; level.length > 0;) {
      for (const guid of level) asked.add(guid);
      const found = await this.repository.findItems(level);
      for (const item of found) items.set(item.guid, item);
      const parents = new Set(found.flatMap(({ parent_guid }) => parent_guid ?? []));
      level = [...parents].filter((guid) => !asked.has(guid));
    }
    return items;
  }

  private describeOne(guid: string, items: ReadonlyMap<string, Item>): CatalogItem {
    const item = items.get(guid) as Item;
    const within = new Set<string>();
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

/** Files are in a storage, everything else at a provider. */
function databaseIri({ item_type, provider_id, provider_iri }: Item): string | null {
  return item_type === 'File' && provider_id !== null ? `urn:files.osf.io:${provider_id}` : provider_iri;
}
