import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { InstantValue } from '../time/instant-value.js';
import {
  ACTION_LABELS,
  type ActionLabel,
  ITEM_TYPES,
  type ItemType,
  MAX_ID_LENGTH,
  MAX_TEXT_LENGTH,
} from './counted-auth-usage.js';
import { IsWebUrl } from './is-web-url.js';

// The rule closest to a property is the first that it is held to, and the one that an answer tells of.

/** What a browser says of the page; nulls count as left out. */
export class PageviewInfoRequest {
  @ApiProperty({ description: 'The address of the page', format: 'uri', maxLength: MAX_TEXT_LENGTH })
  @MaxLength(MAX_TEXT_LENGTH)
  @IsWebUrl()
  page_url: string;

  @ApiProperty({
    description: 'The title of the page',
    required: false,
    nullable: true,
    maxLength: MAX_TEXT_LENGTH,
    type: String,
  })
  @IsOptional()
  @MaxLength(MAX_TEXT_LENGTH)
  @IsString()
  page_title?: string | null;

  @ApiProperty({
    description: 'The address of the page before, or empty',
    required: false,
    nullable: true,
    maxLength: MAX_TEXT_LENGTH,
    type: String,
  })
  @ValidateIf(({ referer_url }: PageviewInfoRequest) => !isMissing(referer_url) && referer_url !== '')
  @MaxLength(MAX_TEXT_LENGTH)
  @IsWebUrl()
  referer_url?: string | null;

  @ApiProperty({
    description: "The front end's name for the kind of page",
    required: false,
    nullable: true,
    maxLength: MAX_TEXT_LENGTH,
    type: String,
  })
  @IsOptional()
  @MaxLength(MAX_TEXT_LENGTH)
  @IsString()
  route_name?: string | null;
}

/** What a browser says of a usage. It may say more, which is left out. */
export class CountedUsageRequest {
  @ApiProperty({
    description: 'The item; may be left out of a search',
    required: false,
    nullable: true,
    maxLength: MAX_ID_LENGTH,
    type: String,
  })
  @ValidateIf(needsItem)
  @IsNotEmpty()
  @MaxLength(MAX_ID_LENGTH)
  @IsString()
  item_guid?: string | null;

  @ApiProperty({
    description: "The visitor's session, never stored",
    required: false,
    nullable: true,
    maxLength: MAX_ID_LENGTH,
    type: String,
  })
  @IsOptional()
  @MaxLength(MAX_ID_LENGTH)
  @IsString()
  client_session_id?: string | null;

  @ApiProperty({
    description: 'The provider of the item',
    required: false,
    nullable: true,
    maxLength: MAX_ID_LENGTH,
    type: String,
  })
  @IsOptional()
  @MaxLength(MAX_ID_LENGTH)
  @IsString()
  provider_id?: string | null;

  @ApiProperty({ description: 'What was done', enum: ACTION_LABELS, isArray: true, minItems: 1 })
  @ArrayNotEmpty()
  @IsIn(ACTION_LABELS, { each: true })
  @IsArray()
  action_labels: ActionLabel[];

  @ApiProperty({
    description: 'The page, when the usage is one of a web page',
    required: false,
    nullable: true,
    type: () => PageviewInfoRequest,
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => PageviewInfoRequest)
  @IsObject()
  pageview_info?: PageviewInfoRequest | null;
}

/** What a trusted client may say besides: everything that the service would otherwise work out itself. */
export class TrustedUsageRequest extends CountedUsageRequest {
  @ApiProperty({
    description: 'When the item was used; left out: now',
    required: false,
    nullable: true,
    type: String,
    format: 'date-time',
  })
  @IsOptional()
  @InstantValue()
  timestamp?: Date | null;

  @ApiProperty({
    description: 'The user, never stored',
    required: false,
    nullable: true,
    maxLength: MAX_ID_LENGTH,
    type: String,
  })
  @IsOptional()
  @IsNotEmpty()
  @MaxLength(MAX_ID_LENGTH)
  @IsString()
  user_id?: string | null;

  @ApiProperty({
    description: 'The session-hour, as an export has it; then the catalog is not asked for what is left out',
    required: false,
    nullable: true,
    maxLength: MAX_ID_LENGTH,
    type: String,
  })
  @IsOptional()
  @IsNotEmpty()
  @MaxLength(MAX_ID_LENGTH)
  @IsString()
  sessionhour_id?: string | null;

  @ApiProperty({
    description: 'The same as item_guid, as an export has it',
    required: false,
    nullable: true,
    maxLength: MAX_ID_LENGTH,
    type: String,
  })
  @IsOptional()
  @MaxLength(MAX_ID_LENGTH)
  @IsString()
  item_osfid?: string | null;

  @ApiProperty({ description: 'The item', required: false, nullable: true, maxLength: MAX_TEXT_LENGTH, type: String })
  @IsOptional()
  @MaxLength(MAX_TEXT_LENGTH)
  @IsString()
  item_iri?: string | null;

  @ApiProperty({ description: 'What the item is', required: false, nullable: true, enum: ITEM_TYPES })
  @IsOptional()
  @IsIn(ITEM_TYPES)
  item_type?: ItemType | null;

  @ApiProperty({ description: 'Whether everybody may see the item', required: false, nullable: true, type: Boolean })
  @IsOptional()
  @IsBoolean()
  item_public?: boolean | null;

  @ApiProperty({
    description: 'The item and all that it stands within',
    required: false,
    nullable: true,
    type: String,
    isArray: true,
  })
  @IsOptional()
  @IsString({ each: true })
  @MaxLength(MAX_TEXT_LENGTH, { each: true })
  @IsArray()
  within_iris?: string[] | null;

  @ApiProperty({
    description: 'The provider or storage',
    required: false,
    nullable: true,
    maxLength: MAX_TEXT_LENGTH,
    type: String,
  })
  @IsOptional()
  @MaxLength(MAX_TEXT_LENGTH)
  @IsString()
  database_iri?: string | null;

  @ApiProperty({
    description: 'The platform',
    required: false,
    nullable: true,
    maxLength: MAX_TEXT_LENGTH,
    type: String,
  })
  @IsOptional()
  @MaxLength(MAX_TEXT_LENGTH)
  @IsString()
  platform_iri?: string | null;

  @ApiProperty({ description: 'Whether the visitor was logged in', required: false, nullable: true, type: Boolean })
  @IsOptional()
  @IsBoolean()
  user_is_authenticated?: boolean | null;
}

/** A search page has no item, but an address. What an export calls `item_osfid` or `item_iri` will do too. */
function needsItem(request: CountedUsageRequest & Partial<TrustedUsageRequest>): boolean {
  if (!isMissing(request.item_guid) && request.item_guid !== '') return true;
  if (request.item_osfid || request.item_iri) return false;
  const isSearch = Array.isArray(request.action_labels) && request.action_labels.includes('search');
  return !isSearch || !request.pageview_info?.page_url;
}

function isMissing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
