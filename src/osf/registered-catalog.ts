import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Configuration } from '../config/configuration.js';
import { MetricsRepository } from '../storage/metrics-repository.js';
import { Clock } from '../time/clock.js';
import { Catalog, type CatalogItem } from './catalog.js';
import type { Item } from './item.js';
import { itemIri } from './item-iri.js';

const CACHED_ITEMS = 50_000;
const CACHED_MILLISECONDS = 10_000;

interface CachedItem {
  readonly item: CatalogItem | undefined;
  readonly until: number;
}

/** The catalog of the items that trusted clients registered. */
@Injectable()
export class RegisteredCatalog implements Catalog {
  private readonly cache = new LRUCache<string, CachedItem>({ max: CACHED_ITEMS });

  constructor(
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
  ) {}

  async describe(guids: readonly string[]): Promise<Map<string, CatalogItem>> {
    const now = this.clock.now().getTime();
    const described = new Map<string, CatalogItem>();
    const unknown: string[] = [];
    for (const guid of new Set(guids)) {
      const cached = this.cache.get(guid);
      if (!cached || cached.until <= now) unknown.push(guid);
      else if (cached.item) described.set(guid, cached.item);
    }
    if (unknown.length === 0) return described;
    const items = await this.withAncestors(unknown);
    for (const guid of unknown) {
      const item = items.has(guid) ? this.describeOne(guid, items) : undefined;
      if (item) described.set(guid, item);
      this.cache.set(guid, { item, until: now + CACHED_MILLISECONDS });
    }
    return described;
  }

  forget(): void {
    this.cache.clear();
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
