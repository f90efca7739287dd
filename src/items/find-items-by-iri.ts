import type { Catalog, CatalogItem } from './catalog.js';

/** An item that is known by its IRI, and by short ids if it was used itself. */
export interface ItemReference {
  readonly item_iri: string;
  readonly item_osfids: readonly string[];
}

/**
 * Finds items in the catalog by their IRIs. Without a short id, the part of the IRI behind the platform's IRI is used.
 * @throws UnavailableError when the catalog cannot answer now
 */
export async function findItemsByIri(
  catalog: Catalog,
  platformIri: string,
  references: readonly ItemReference[],
): Promise<Map<string, CatalogItem>> {
  const guidsOf = ({ item_iri, item_osfids }: ItemReference): readonly string[] =>
    item_osfids.length > 0 ? item_osfids : [item_iri.slice(item_iri.lastIndexOf('/') + 1)];
  const known = references.filter(({ item_iri, item_osfids }) => {
    return item_osfids.length > 0 || item_iri.startsWith(platformIri);
  });
  const items = await catalog.findItems([...new Set(known.flatMap(guidsOf))]);
  const itemOfIri = new Map<string, CatalogItem>();
  for (const reference of known) {
    const item = guidsOf(reference)
      .map((guid) => items.get(guid))
      .find((each) => each?.iri === reference.item_iri);
    if (item) itemOfIri.set(reference.item_iri, item);
  }
  return itemOfIri;
}
