import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import { Catalog, type CatalogItem } from '../items/catalog.js';
import { LookupCache } from '../items/lookup-cache.js';
import type { ItemType } from '../model/counted-auth-usage.js';
import { itemIri } from '../model/item.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import { type OsfGuid, readOsfGuid } from './osf-guid.js';
import { type OsfItemRow, SELECT_ITEMS } from './osf-items.js';
import { OsfLookups } from './osf-lookups.js';
import { referentValues } from './osf-referents.js';

/** The provider of items that belong to no other one. */
const DEFAULT_PROVIDER = 'osf';

/** The publisher of items without a provider. */
const DEFAULT_PUBLISHER = 'OSF';

/** The path of a provider's pages on the OSF, by type of provider. */
const PROVIDER_PATHS: Readonly<Record<string, string>> = {
  'osf.collectionprovider': 'collections',
  'osf.preprintprovider': 'preprints',
  'osf.registrationprovider': 'registries',
};

/** The catalog of items in the OSF's database. All versions of a preprint have the IRI of the preprint. */
@Injectable()
export class OsfCatalog extends Catalog {
  readonly acceptsRegistrations = false;
  private readonly cache: LookupCache<CatalogItem | undefined>;

  constructor(
    private readonly lookups: OsfLookups,
    private readonly configuration: Configuration,
    clock: Clock,
  ) {
    super();
    this.cache = new LookupCache(clock, (guids) => this.loadItems(guids));
  }

  async findItems(guids: readonly string[]): Promise<Map<string, CatalogItem>> {
    const items = new Map<string, CatalogItem>();
    await Promise.all(
      guids.map(async (guid) => {
        const item = readOsfGuid(guid) && (await this.cache.get(guid.toLowerCase()));
        if (item) items.set(guid, item);
      }),
    );
    return items;
  }

  clearCache(): void {
    this.cache.clear();
  }

  /** @returns an item or undefined for each guid, in the same order */
  private async loadItems(guids: readonly string[]): Promise<(CatalogItem | undefined)[]> {
    const values = referentValues(guids.map((guid) => readOsfGuid(guid) as OsfGuid));
    const rows = await this.lookups.select<OsfItemRow>(SELECT_ITEMS, values);
    const items = new Array<CatalogItem | undefined>(guids.length).fill(undefined);
    for (const row of rows) items[row.ordinal - 1] = this.toCatalogItem(guids[row.ordinal - 1] as string, row);
    return items;
  }

  private toCatalogItem(guid: string, row: OsfItemRow): CatalogItem {
    const iri = this.iriOf(row.guid ?? guid);
    const databaseIri = this.databaseIriOf(row);
    const itemType = itemTypeOf(row);
    return {
      guid,
      iri,
      item_type: itemType,
      resource_type: row.resource_type,
      // A person's page is not content: no profile is public.
      public: row.is_public && itemType !== 'Agent',
      provider_id: row.storage_provider ?? row.provider_id ?? DEFAULT_PROVIDER,
      provider_iri: databaseIri,
      database_iri: databaseIri,
      parent_guid: row.ancestor_guids[0] ?? null,
      within_iris: [...new Set([iri, ...row.ancestor_guids.map((ancestor) => this.iriOf(ancestor))])].sort(),
      title: row.title,
      doi: row.doi,
      authors: row.authors && [...row.authors],
      publisher: row.provider_name ?? DEFAULT_PUBLISHER,
      publication_date: row.publication_date === null ? null : parseDate(row.publication_date),
      version: row.version === null ? null : String(row.version),
      access: row.is_public ? 'Open' : 'Controlled',
    };
  }

  private iriOf(guid: string): string {
    return itemIri(this.configuration.platformIri, guid);
  }

  /** COUNTER's Database: the storage provider of a file, otherwise the provider's pages, or the OSF itself. */
  private databaseIriOf({ storage_provider, provider_id, provider_type }: OsfItemRow): string {
    if (storage_provider !== null) return `urn:files.osf.io:${storage_provider}`;
    const path = PROVIDER_PATHS[provider_type ?? ''];
    return this.iriOf(path === undefined ? '' : `${path}/${provider_id}`);
  }
}

/** Null for a date that PostgreSQL has and a calendar lacks, such as `infinity`. One such row must not fail its batch. */
function parseDate(text: string): CalendarDate | null {
  try {
    return CalendarDate.parse(text);
  } catch {
    return null;
  }
}

function itemTypeOf({ kind, node_type, is_component }: OsfItemRow): ItemType | null {
  if (kind === 'preprint') return 'Preprint';
  if (kind === 'basefilenode') return 'File';
  if (kind === 'osfuser') return 'Agent';
  if (kind !== 'abstractnode') return null;
  if (node_type === 'osf.node') return is_component ? 'ProjectComponent' : 'Project';
  if (node_type === 'osf.registration') return is_component ? 'RegistrationComponent' : 'Registration';
  return null;
}
