import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import {
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsObject,
  IsString,
  Matches,
  MaxLength,
  ValidateIf,
} from 'class-validator';
import { BooleanField, InstantField, ObjectField, TextField } from '../fields/field.js';
import { ACTION_LABELS, type ActionLabel, ITEM_TYPES, type ItemType } from '../model/counted-auth-usage.js';
import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from '../model/limits.js';
import { IsWebUrl } from './is-web-url.js';

// The rule closest to a property is the first that it is held to, and the one that an answer tells of.

const id = { maxLength: MAX_ID_LENGTH, nullable: true };
const text = { maxLength: MAX_TEXT_LENGTH, nullable: true };

/** What a browser says of the page; nulls count as left out. */
@ApiSchema({ name: 'PageviewInfoRequest' })
export class PageviewInfoDto {
  @ApiProperty({ description: 'The address of the page', format: 'uri', maxLength: MAX_TEXT_LENGTH })
  @MaxLength(MAX_TEXT_LENGTH)
  @IsWebUrl()
  page_url: string;

  @TextField('The title of the page', text)
  page_title?: string | null;

  @ApiProperty({ description: 'The address of the page before, or empty', required: false, type: String, ...text })
  @ValidateIf(({ referer_url }: PageviewInfoDto) => !isMissing(referer_url) && referer_url !== '')
  @MaxLength(MAX_TEXT_LENGTH)
  @IsWebUrl()
  referer_url?: string | null;

  @TextField("The front end's name for the kind of page", text)
  route_name?: string | null;
}

/** What a browser says of a usage. It may say more, which is left out. */
@ApiSchema({ name: 'CountedUsageRequest' })
export class CountedUsageDto {
  @ApiProperty({ description: 'The item; may be left out of a search', required: false, type: String, ...id })
  @ValidateIf(needsItem)
  @Matches(/\S/, { message: 'item_guid should not be empty' })
  @MaxLength(MAX_ID_LENGTH)
  @IsString()
  item_guid?: string | null;

  @TextField("The visitor's session, never stored", id)
  client_session_id?: string | null;

  @TextField('The provider of the item', id)
  provider_id?: string | null;

  @ApiProperty({ description: 'What was done', enum: ACTION_LABELS, isArray: true, minItems: 1 })
  @ArrayNotEmpty()
  @IsIn(ACTION_LABELS, { each: true })
  @IsArray()
  action_labels: ActionLabel[];

  @ObjectField('The page, when the usage is one of a web page', () => PageviewInfoDto, { nullable: true })
  @IsObject()
  pageview_info?: PageviewInfoDto | null;
}

/** What a trusted client may say besides: everything that the service would otherwise work out itself. */
@ApiSchema({ name: 'TrustedUsageRequest' })
export class TrustedUsageDto extends CountedUsageDto {
  @InstantField('When the item was used; left out: now', { nullable: true })
  timestamp?: Date | null;

  @TextField('The user, never stored', id)
  @IsNotEmpty()
  user_id?: string | null;

  @TextField('The session-hour, as an export has it; then the catalog is not asked for what is left out', id)
  @IsNotEmpty()
  sessionhour_id?: string | null;

  @TextField('The same as item_guid, as an export has it', id)
  item_osfid?: string | null;

  @TextField('The item', text)
  item_iri?: string | null;

  @TextField('What the item is', { nullable: true, enum: ITEM_TYPES })
  item_type?: ItemType | null;

  @BooleanField('Whether everybody may see the item', { nullable: true })
  item_public?: boolean | null;

  @TextField('The item and all that it stands within', { ...text, array: true })
  within_iris?: string[] | null;

  @TextField('The provider or storage', text)
  database_iri?: string | null;

  @TextField('The platform', text)
  platform_iri?: string | null;

  @BooleanField('Whether the visitor was logged in', { nullable: true })
  user_is_authenticated?: boolean | null;
}

/** A search page has no item, but an address. What an export calls `item_osfid` or `item_iri` will do too. */
function needsItem(request: CountedUsageDto & Partial<TrustedUsageDto>): boolean {
  if (!isMissing(request.item_guid) && request.item_guid !== '') return true;
  if (request.item_osfid || request.item_iri) return false;
  const isSearch = Array.isArray(request.action_labels) && request.action_labels.includes('search');
  return !isSearch || !request.pageview_info?.page_url;
}

function isMissing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
