import { BooleanField, DateField, ObjectField, TextField } from '../fields/field.js';
import { CalendarDate } from '../time/calendar-date.js';
import { ITEM_TYPES, type ItemType } from './counted-auth-usage.js';
import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from './limits.js';

const optionalText = { maxLength: MAX_TEXT_LENGTH, nullable: true };
const optionalId = { maxLength: MAX_ID_LENGTH, nullable: true };

export const ACCESS_LICENCES = ['Open', 'Controlled'] as const;
export type AccessLicence = (typeof ACCESS_LICENCES)[number];

export class ItemAuthor {
  @TextField('The name of the author', { maxLength: MAX_TEXT_LENGTH })
  name: string;

  @TextField('The ORCID iD of the author', optionalId)
  orcid_id: string | null;
}

/** An item of the catalog. The fields from `title` on are for COUNTER's item reports. */
export class Item {
  @TextField('The guid of the item', { maxLength: MAX_ID_LENGTH })
  guid: string;

  @TextField("The item's IRI; by default the platform's IRI followed by the guid", optionalText)
  iri: string | null;

  @TextField('The type of the item', { nullable: true, enum: ITEM_TYPES })
  item_type: ItemType | null;

  @TextField("What the item is, as DataCite's resource type: `Dataset`, `Software`, …", optionalId)
  resource_type: string | null;

  @BooleanField('Whether the item is public')
  public: boolean;

  @TextField('The id of the provider of the item', optionalId)
  provider_id: string | null;

  @TextField('The IRI of the provider', optionalText)
  provider_iri: string | null;

  @TextField('The guid of the parent of the item', optionalId)
  parent_guid: string | null;

  @TextField('The title of the item', optionalText)
  title: string | null;

  @TextField('The DOI of the item', optionalText)
  doi: string | null;

  @ObjectField('The authors of the item', () => ItemAuthor, { array: true, nullable: true })
  authors: ItemAuthor[] | null;

  @TextField('The publisher of the item', optionalText)
  publisher: string | null;

  @DateField('The publication date of the item', { nullable: true })
  publication_date: CalendarDate | null;

  @TextField('The version of the item', optionalText)
  version: string | null;

  @TextField('The access to the item (COUNTER: Access_Type)', { nullable: true, enum: ACCESS_LICENCES })
  access: AccessLicence | null;
}

/** The IRI of an item that declares none: the platform's IRI followed by the guid. */
export function itemIri(platformIri: string, guid: string): string {
  return `${platformIri}${platformIri.endsWith('/') ? '' : '/'}${guid}`;
}

const VERSIONED_GUID = /^([a-z0-9]{5,})_v(\d+)$/i;

/** The IRI that all versions of a preprint share: `https://osf.io/abc12` for `https://osf.io/abc12_v2`. */
export function toUnversionedIri(platformIri: string, iri: string): string {
  const platform = itemIri(platformIri, '');
  return iri.startsWith(platform) ? platform + toUnversionedGuid(iri.slice(platform.length)) : iri;
}

/** The guid that all versions of a preprint share: `abc12` for `abc12_v2`. */
export function toUnversionedGuid(guid: string): string {
  return VERSIONED_GUID.exec(guid)?.[1] ?? guid;
}

/** The version that the IRI of a preprint names; 0 if it names none. */
export function versionOf(platformIri: string, iri: string): number {
  const platform = itemIri(platformIri, '');
  const version = iri.startsWith(platform) ? VERSIONED_GUID.exec(iri.slice(platform.length))?.[2] : undefined;
  return Number(version ?? 0);
}
