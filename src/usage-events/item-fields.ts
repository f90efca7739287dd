import type { CatalogItem } from '../items/catalog.js';
import type { ItemFields } from '../storage/metrics.repository.js';

export const DEFAULT_PROVIDER = 'osf';

/** The fields of a usage that come from the catalog. */
export function toItemFields(item: CatalogItem): ItemFields {
  return {
    database_iri: item.database_iri,
    item_iri: item.iri,
    item_osfid: item.guid,
    item_type: item.item_type,
    // A person's page is not content.
    item_public: item.item_type !== 'Agent' && item.public,
    provider_id: item.provider_id ?? DEFAULT_PROVIDER,
    within_iris: item.within_iris,
  };
}
