import { toUnversionedGuid } from '../model/item.js';
import type { ReportFilter } from '../storage/report-query.js';
import { toBareDoi } from './item-metadata.js';

/**
 * Finds the rows of an item by the parameter `item_id`: a guid, a proprietary identifier, an IRI or a DOI.
 * @param namespace of proprietary identifiers
 */
export function toItemFilter(itemId: string, namespace: string): ReportFilter {
  const doi = toBareDoi(itemId);
  if (doi.startsWith('10.')) return { path: 'doi', operator: 'eq', value: doi };
  if (/^https?:\/\//i.test(itemId)) return { path: 'item_iri', operator: 'eq', value: itemId.replace(/\/$/, '') };
  const guid = itemId.startsWith(`${namespace}:`) ? itemId.slice(namespace.length + 1) : itemId;
  return { path: 'item_osfid', operator: 'eq', value: toUnversionedGuid(guid) };
}
