import type { Item } from '../model/item.js';

/** An item with what a usage of it records about it. */
export interface CatalogItem extends Item {
  readonly iri: string;
  readonly database_iri: string | null;
  /** The IRIs of the item and of all its ancestors, sorted. */
  readonly within_iris: string[];
}

/**
 * Finds the metadata of items. Implement it to read items from another system; the default reads the items that trusted
 * clients registered.
 */
export abstract class Catalog {
  /** Whether clients can register items; false when another system defines them. */
  abstract readonly acceptsRegistrations: boolean;

  /**
   * Finds items by guid. The result has the known items only. Each recorded usage calls it, so implementations cache.
   * @throws OsfUnavailableError when the items cannot be read now
   */
  abstract findItems(guids: readonly string[]): Promise<Map<string, CatalogItem>>;

  /** Called after items were registered. */
  abstract clearCache(): void;
}
