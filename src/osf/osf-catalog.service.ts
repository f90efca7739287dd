import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import type { Catalog, CatalogItem } from '../items/catalog.js';
import { LookupCache } from '../items/lookup-cache.js';
import type { ItemType } from '../model/counted-auth-usage.js';
import { itemIri } from '../model/item.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import { type OsfGuid, readOsfGuid } from './osf-guid.js';
import { OSF_ITEMS, type OsfItemRow } from './osf-items.js';
import { OsfLookups } from './osf-lookups.js';
import { referentValues } from './osf-referents.js';

/** That of everything which has no other one. */
const OSF_PROVIDER = 'osf';

/** Where under the OSF's address the providers of a type are. */
const PROVIDER_PATHS: Readonly<Record<string, string>> = {
  'osf.collectionprovider': 'collections',
  'osf.preprintprovider': 'preprints',
  'osf.registrationprovider': 'registries',
};

/** The catalog of what is in the OSF's database. A version of a preprint has the IRI of the preprint. */
@Injectable()
export class OsfCatalog implements Catalog {
  readonly acceptsRegistrations = false;
  private readonly cache: LookupCache<CatalogItem | undefined>;

  constructor(
    private readonly lookups: OsfLookups,
    private readonly configuration: Configuration,
    clock: Clock,
  ) {
    this.cache = new LookupCache(clock, (guids) => this.look(guids));
  }

  async findItems(guids: readonly string[]): Promise<Map<string, CatalogItem>> {
    const described = new Map<string, CatalogItem>();
    await Promise.all(
      guids.map(async (guid) => {
        const item = readOsfGuid(guid) && (await this.cache.find(guid.toLowerCase()));
        if (item) described.set(guid, item);
      }),
    );
    return described;
  }

  clearCache(): void {
    this.cache.clear();
  }

  /** @returns `N×` what is known of the items, in the order of their guids */
  private async look(guids: readonly string[]): Promise<(CatalogItem | undefined)[]> {
    const values = referentValues(guids.map((guid) => readOsfGuid(guid) as OsfGuid));
    const rows = await this.lookups.select<OsfItemRow>(OSF_ITEMS, values);
    const items = new Array<CatalogItem | undefined>(guids.length).fill(undefined);
    for (const row of rows) items[row.place - 1] = this.toItem(guids[row.place - 1] as string, row);
    return items;
  }

  private toItem(asked: string, row: OsfItemRow): CatalogItem {
    const iri = this.iriOf(row.guid ?? asked);
    const database = this.databaseIri(row);
    return {
      guid: asked,
      iri,
      item_type: itemType(row),
      public: row.is_public,
      provider_id: row.storage ?? row.provider_id ?? OSF_PROVIDER,
      provider_iri: database,
      database_iri: database,
      parent_guid: row.above[0] ?? null,
      within_iris: [...new Set([iri, ...row.above.map((guid) => this.iriOf(guid))])].sort(),
      title: row.title,
      doi: row.doi,
      authors: row.authors && [...row.authors],
      publisher: row.provider_name,
      publication_date: row.published === null ? null : CalendarDate.parse(row.published),
      version: row.version === null ? null : String(row.version),
      access: row.is_public ? 'Open' : 'Controlled',
    };
  }

  private iriOf(guid: string): string {
    return itemIri(this.configuration.platformIri, guid);
  }

  /** Files are in a storage, everything else at a provider, or in the OSF itself. */
  private databaseIri({ storage, provider_id, provider_type }: OsfItemRow): string {
    if (storage !== null) return `urn:files.osf.io:${storage}`;
    const path = PROVIDER_PATHS[provider_type ?? ''];
    return this.iriOf(path === undefined ? '' : `${path}/${provider_id}`);
  }
}

function itemType({ kind, node_type, is_component }: OsfItemRow): ItemType | null {
  if (kind === 'preprint') return 'Preprint';
  if (kind === 'basefilenode') return 'File';
  if (kind === 'osfuser') return 'Agent';
  if (kind !== 'abstractnode') return null;
  if (node_type === 'osf.node') return is_component ? 'ProjectComponent' : 'Project';
  if (node_type === 'osf.registration') return is_component ? 'RegistrationComponent' : 'Registration';
  return null;
}
