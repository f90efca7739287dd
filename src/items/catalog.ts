import type { Item } from '../model/item.js';

/** An item, with the IRIs that a usage of it stores. */
export interface CatalogItem extends Item {
  readonly iri: string;
  readonly database_iri: string | null;
  /** The item's IRI and those of all its ancestors, sorted. */
  readonly within_iris: string[];
}

/**
 * The source of item data: type, whether the item is public, provider and ancestors. Implement it to read items from your
 * repository's own database. `RegisteredCatalog` reads the items that trusted clients register.
 */
export abstract class Catalog {
  /** Whether clients may register items. If not, this service only reads them. */
  abstract readonly acceptsRegistrations: boolean;

  /**
   * Finds items by guid. Called for every usage, so implementations should cache.
   * @returns the items that exist, by the guid as it was passed in
   * @throws UnavailableError when the source cannot be reached
   */
  abstract findItems(guids: readonly string[]): Promise<Map<string, CatalogItem>>;

  /** Called after items have been registered. */
  abstract clearCache(): void;
}
