import { BooleanField, DateField, ObjectField, TextField } from '../fields/field.js';
import { CalendarDate } from '../time/calendar-date.js';
import { ITEM_TYPES, type ItemType } from './counted-auth-usage.js';
import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from './limits.js';

const optionalText = { maxLength: MAX_TEXT_LENGTH, nullable: true };
const optionalId = { maxLength: MAX_ID_LENGTH, nullable: true };

const ACCESS_LICENCES = ['Open', 'Controlled'] as const;

export class ItemAuthor {
  @TextField('The name of the author', { maxLength: MAX_TEXT_LENGTH })
  name: string;

  @TextField('The ORCID iD of the author', optionalId)
  orcid_id: string | null;
}

/** What the catalog knows of an item; the last seven fields serve COUNTER's item reports. */
export class Item {
  @TextField('The short id of the item', { maxLength: MAX_ID_LENGTH })
  guid: string;

  @TextField("The item's IRI; left out: its guid under the platform's IRI", optionalText)
  iri: string | null;

  @TextField('What the item is', { nullable: true, enum: ITEM_TYPES })
  item_type: ItemType | null;

  @BooleanField('Whether everybody may see the item')
  public: boolean;

  @TextField('The provider of the item', optionalId)
  provider_id: string | null;

  @TextField("The provider's IRI", optionalText)
  provider_iri: string | null;

  @TextField('The guid of the item that this one stands within', optionalId)
  parent_guid: string | null;

  @TextField('The title of the item', optionalText)
  title: string | null;

  @TextField('The DOI of the item', optionalText)
  doi: string | null;

  @ObjectField('The authors of the item', () => ItemAuthor, { array: true, nullable: true })
  authors: ItemAuthor[] | null;

  @TextField('The publisher of the item', optionalText)
  publisher: string | null;

  @DateField('The day on which the item was published', { nullable: true })
  publication_date: CalendarDate | null;

  @TextField('The version of the item', optionalText)
  version: string | null;

  @TextField('Who may read the item', { nullable: true, enum: ACCESS_LICENCES })
  access: (typeof ACCESS_LICENCES)[number] | null;
}

/** The IRI of an item that has no IRI of its own: its guid under the platform's IRI. */
export function itemIri(platformIri: string, guid: string): string {
  return `${platformIri.replace(/\/*$/, '/')}${guid}`;
}
