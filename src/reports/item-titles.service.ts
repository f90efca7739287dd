import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import { fieldsOf } from '../fields/field-declaration.js';
import { Catalog, type CatalogItem } from '../items/catalog.js';
import { findItemsByIri, type ItemReference } from '../items/find-items-by-iri.js';
import type { ReportTypeDeclaration } from '../model/report-type.js';
import { orIfOsfUnavailable } from '../osf/osf-unavailable.error.js';
import type { ReportResource } from './report-resource.js';

/** The field by which a report names its item. */
export const ITEM_IRI = 'item_iri';
/** The column of titles in a file of reports on items. */
export const ITEM_TITLE = 'item_title';

const REPORTS_PER_LOOKUP = 500;

/** Whether each report of the type is about one item. */
export function isAboutItems({ reportClass }: ReportTypeDeclaration): boolean {
  return fieldsOf(reportClass).some(({ name }) => name === ITEM_IRI);
}

/** Adds the titles of items to reports on items, for files that people read. */
@Injectable()
export class ItemTitles {
  constructor(
    private readonly catalog: Catalog,
    private readonly configuration: Configuration,
  ) {}

  /** Adds `item_title`: null for an item that is no longer public, and while the OSF's database is unavailable. */
  async *add(resources: AsyncIterable<ReportResource>): AsyncIterable<ReportResource> {
    let batch: ReportResource[] = [];
    for await (const resource of resources) {
      batch.push(resource);
      if (batch.length < REPORTS_PER_LOOKUP) continue;
      yield* await this.addToBatch(batch);
      batch = [];
    }
    yield* await this.addToBatch(batch);
  }

  private async addToBatch(resources: readonly ReportResource[]): Promise<ReportResource[]> {
    const references = resources.map(({ attributes }) => toReference(attributes));
    const lookup = findItemsByIri(this.catalog, this.configuration.platformIri, references);
    const items = await orIfOsfUnavailable(lookup, new Map<string, CatalogItem>());
    return resources.map((resource, index) => {
      const item = items.get(references[index]?.item_iri ?? '');
      const title = item?.public ? item.title : null;
      return { ...resource, attributes: { ...resource.attributes, [ITEM_TITLE]: title } };
    });
  }
}

function toReference({ item_iri, item_osfids }: ReportResource['attributes']): ItemReference {
  return { item_iri: item_iri as string, item_osfids: (item_osfids ?? []) as readonly string[] };
}
