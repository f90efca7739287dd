import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import {
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsIP,
  IsNotEmpty,
  IsObject,
  IsString,
  Matches,
  MaxLength,
  ValidateIf,
} from 'class-validator';
import { BooleanField, InstantField, IntegerField, ObjectField, TextField } from '../fields/field.js';
import { ACTION_LABELS, type ActionLabel, ITEM_TYPES, type ItemType } from '../model/counted-auth-usage.js';
import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from '../model/limits.js';
import { IsWebUrl } from './is-web-url.js';

// Rules are checked from the property upwards, and the first violated one is reported.

const id = { maxLength: MAX_ID_LENGTH, nullable: true };
const text = { maxLength: MAX_TEXT_LENGTH, nullable: true };

/** The page of a usage, as a browser sends it. Null counts as missing. */
@ApiSchema({ name: 'PageviewInfoRequest' })
export class PageviewInfoDto {
  @ApiProperty({
    description: 'The URL of the page, of which the query, the fragment and the user information are not stored',
    format: 'uri',
    maxLength: MAX_TEXT_LENGTH,
  })
  @MaxLength(MAX_TEXT_LENGTH)
  @IsWebUrl()
  page_url: string;

  @TextField('The title of the page', text)
  page_title?: string | null;

  @TextField('The URL of the previous page. Other text counts as missing', text)
  referer_url?: string | null;

  @TextField("The front end's name of the route", text)
  route_name?: string | null;
}

/** The page of a usage, as a trusted client sends it. It may include what an export adds. */
@ApiSchema({ name: 'TrustedPageviewInfoRequest' })
export class TrustedPageviewInfoDto extends PageviewInfoDto {
  @TextField('As in an export: identifies the whole URL where `page_url` is only a part of it', id)
  page_url_hash?: string | null;

  @TextField('Ignored: computed from `page_url`', text)
  page_path?: string | null;

  @TextField('Ignored: computed from `referer_url`', text)
  referer_domain?: string | null;

  @IntegerField('Ignored: computed from `timestamp`', { nullable: true })
  hour_of_day?: number | null;
}

/** A usage as a browser sends it. Other properties are ignored. */
@ApiSchema({ name: 'CountedUsageRequest' })
export class CountedUsageDto {
  @ApiProperty({ description: 'The guid of the item; optional for a search', required: false, type: String, ...id })
  @ValidateIf(needsItem)
  @Matches(/\S/, { message: 'item_guid should not be empty' })
  @MaxLength(MAX_ID_LENGTH)
  @IsString()
  item_guid?: string | null;

  @TextField("The id of the visitor's session; never stored", id)
  client_session_id?: string | null;

  @TextField("The provider of the item, if the catalog knows none; of a trusted client, it replaces the catalog's", id)
  provider_id?: string | null;

  @ApiProperty({ description: 'What the visitor did', enum: ACTION_LABELS, isArray: true, minItems: 1 })
  @ArrayNotEmpty()
  @IsIn(ACTION_LABELS, { each: true })
  @IsArray()
  action_labels: ActionLabel[];

  @ObjectField('The page, if the usage is a page view', () => PageviewInfoDto, { nullable: true })
  @IsObject()
  pageview_info?: PageviewInfoDto | null;
}

/** A usage as a trusted client sends it. It may include fields that the service would otherwise derive. */
@ApiSchema({ name: 'TrustedUsageRequest' })
export class TrustedUsageDto extends CountedUsageDto {
  @InstantField('When the item was used; now by default', { nullable: true })
  timestamp?: Date | null;

  @TextField('The id of the user; never stored', id)
  @IsNotEmpty()
  user_id?: string | null;

  @TextField("The visitor's user agent; never stored", text)
  user_agent?: string | null;

  @TextField("The visitor's IP address; never stored", id)
  @IsIP()
  client_ip?: string | null;

  @TextField('The session-hour, as in an export; then missing fields are not looked up in the catalog', id)
  @IsNotEmpty()
  sessionhour_id?: string | null;

  @TextField('The same as `item_guid`, as in an export', id)
  item_osfid?: string | null;

  @TextField('The IRI of the item', text)
  item_iri?: string | null;

  @TextField('The type of the item', { nullable: true, enum: ITEM_TYPES })
  item_type?: ItemType | null;

  @BooleanField('Whether the item is public', { nullable: true })
  item_public?: boolean | null;

  @TextField('The IRIs of the item and of all its ancestors', { ...text, array: true })
  within_iris?: string[] | null;

  @TextField('The IRI of the provider or storage', text)
  database_iri?: string | null;

  @TextField('The IRI of the platform', text)
  platform_iri?: string | null;

  @BooleanField('Whether the visitor was logged in', { nullable: true })
  user_is_authenticated?: boolean | null;

  @ObjectField('The page, if the usage is a page view', () => TrustedPageviewInfoDto, { nullable: true })
  @IsObject()
  override pageview_info?: TrustedPageviewInfoDto | null;
}

/** Only a search with a page needs no item. `item_osfid` or `item_iri` of an export replace `item_guid`. */
function needsItem(usage: CountedUsageDto & Partial<TrustedUsageDto>): boolean {
  if (!isMissing(usage.item_guid) && usage.item_guid !== '') return true;
  if (usage.item_osfid || usage.item_iri) return false;
  const isSearch = Array.isArray(usage.action_labels) && usage.action_labels.includes('search');
  return !isSearch || !usage.pageview_info?.page_url;
}

function isMissing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
