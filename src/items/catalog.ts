import type { Item } from '../model/item.js';

/** An item, and what a usage of it says of the things around it. */
export interface CatalogItem extends Item {
  readonly iri: string;
  readonly database_iri: string | null;
  /** The item's IRI and those of all its ancestors, sorted. */
  readonly within_iris: string[];
}

/**
 * Knows what items are. Implement it where an item's type, publicity and ancestors can be learned; the default reads the
 * items that trusted clients registered.
 */
export abstract class Catalog {
  /** Whether items are registered here; or else the catalog knows of them from elsewhere. */
  abstract readonly acceptsRegistrations: boolean;

  /**
   * The items that are known, by the guid that was asked for. Must be quick for items that were asked for a moment ago.
   * @throws OsfUnavailableError when that cannot be known now
   */
  abstract findItems(guids: readonly string[]): Promise<Map<string, CatalogItem>>;

  /** Forgets what may have changed: items were registered. */
  abstract clearCache(): void;
}
