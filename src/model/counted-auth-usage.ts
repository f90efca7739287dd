import { BooleanField, InstantField, IntegerField, ObjectField, TextField } from '../fields/field.js';
import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from './limits.js';

/** What a person or a program did with the item; in brackets COUNTER's words (Code of Practice 5.0.2, section 3.3). */
export const ACTION_LABELS = ['search', 'view', 'download', 'web', 'api'] as const;
export type ActionLabel = (typeof ACTION_LABELS)[number];

/** What an item can be; null for an item that nobody knows. */
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
  @TextField('The address of the page', text)
  page_url: string;

  @TextField('The title of the page', optionalText)
  page_title: string | null;

  @TextField('The address of the page before', optionalText)
  referer_url: string | null;

  @TextField("The front end's name for the kind of page", optionalText)
  route_name: string | null;

  @TextField('The path of the page, without a slash at its end', text)
  page_path: string;

  @TextField('The host of the page before', optionalText)
  referer_domain: string | null;

  @IntegerField('The hour of the day, 0 to 23, UTC')
  hour_of_day: number;
}

/** One counted use of one item. It holds nothing that tells who used it. */
export class CountedAuthUsage {
  @InstantField('When the item was used')
  timestamp: Date;

  @TextField('The platform (COUNTER: Platform)', text)
  platform_iri: string;

  @TextField('The provider or the storage that holds the item (COUNTER: Database)', optionalText)
  database_iri: string | null;

  @TextField('The item (COUNTER: Item); null for a search', optionalText)
  item_iri: string | null;

  @TextField("The item's short id; null for a search", { ...id, nullable: true })
  item_osfid: string | null;

  @TextField('What the item is (COUNTER: Data_Type)', { nullable: true, enum: ITEM_TYPES })
  item_type: ItemType | null;

  @BooleanField('Whether everybody may see the item')
  item_public: boolean;

  @TextField('The provider of the item', id)
  provider_id: string;

  @TextField('The item and everything that it stands within, sorted (COUNTER: Parent)', { ...text, array: true })
  within_iris: string[];

  @TextField('One visitor in one clock hour (COUNTER: Session)', id)
  sessionhour_id: string;

  @BooleanField('Whether the visitor was logged in')
  user_is_authenticated: boolean;

  @TextField('What was done, sorted', { array: true, enum: ACTION_LABELS })
  action_labels: ActionLabel[];

  @ObjectField('The page, when the usage was one of a web page', () => PageviewInfo, { nullable: true })
  pageview_info: PageviewInfo | null;
}
