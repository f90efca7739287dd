import { BooleanField, InstantField, IntegerField, ObjectField, TextField } from '../fields/field.js';
import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from './limits.js';

/**
 * What a visitor did with the item (`view` is COUNTER's investigation, `download` its request: Code of Practice 5.0.2,
 * section 3.3), and whether through a web page or the API.
 */
export const ACTION_LABELS = ['search', 'view', 'download', 'web', 'api'] as const;
export type ActionLabel = (typeof ACTION_LABELS)[number];

/** The types of items. An unknown item has the type null. */
export const ITEM_TYPES = [
  'Project',
  'ProjectComponent',
  'Registration',
  'RegistrationComponent',
  'Preprint',
  'File',
  'Agent',
] as const;
export type ItemType = (typeof ITEM_TYPES)[number];

const text = { maxLength: MAX_TEXT_LENGTH };
const optionalText = { ...text, nullable: true };
const id = { maxLength: MAX_ID_LENGTH };

/** The page on which a usage happened. */
export class PageviewInfo {
  @TextField('The URL of the page, without user information, query and fragment', text)
  page_url: string;

  @TextField('Identifies the whole URL where `page_url` is only a part of it. It cannot be reversed', {
    ...id,
    nullable: true,
  })
  page_url_hash: string | null;

  @TextField('The title of the page', optionalText)
  page_title: string | null;

  @TextField('The URL of the previous page, like `page_url`; of another site, only scheme and host', optionalText)
  referer_url: string | null;

  @TextField("The front end's name for the route", optionalText)
  route_name: string | null;

  @TextField('The path of the page, without a trailing slash', text)
  page_path: string;

  @TextField('The host of the previous page', optionalText)
  referer_domain: string | null;

  @IntegerField('The hour of the day in UTC, from 0 to 23')
  hour_of_day: number;
}

/** One counted use of one item. It does not identify the visitor. */
export class CountedAuthUsage {
  @InstantField('When the item was used')
  timestamp: Date;

  @TextField('The platform (COUNTER: Platform)', text)
  platform_iri: string;

  @TextField('The provider or storage of the item (COUNTER: Database)', optionalText)
  database_iri: string | null;

  @TextField('The IRI of the item (COUNTER: Item); null for a search', optionalText)
  item_iri: string | null;

  @TextField("The item's short id; null for a search", { ...id, nullable: true })
  item_osfid: string | null;

  @TextField('The type of the item (COUNTER: Data_Type)', { nullable: true, enum: ITEM_TYPES })
  item_type: ItemType | null;

  @BooleanField('Whether the item is public')
  item_public: boolean;

  @TextField('The id of the provider of the item', id)
  provider_id: string;

  @TextField('The IRIs of the item and its ancestors, sorted (COUNTER: Parent)', { ...text, array: true })
  within_iris: string[];

  @TextField("The id of the visitor's session in one clock hour (COUNTER: Session)", id)
  sessionhour_id: string;

  @BooleanField('Whether the visitor was logged in')
  user_is_authenticated: boolean;

  @TextField('The action labels, sorted', { array: true, enum: ACTION_LABELS })
  action_labels: ActionLabel[];

  @ObjectField('The web page, if the usage came from one', () => PageviewInfo, { nullable: true })
  pageview_info: PageviewInfo | null;
}
