import { Controller, Get, Param, Post, Put, Req, Res, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { fieldsOf } from '../fields/field-declaration.js';
import { ApiKeys } from '../http/auth/api-keys.service.js';
import { RequireScope, scopeError } from '../http/auth/require-scope.js';
import { notFound } from '../http/json-api/api-error.js';
import { type BatchOutcome, processBatch, saveAll } from '../http/json-api/batch.js';
import { JsonApiBatch, JsonApiBody } from '../http/json-api/json-api-body.pipe.js';
import { NoQuery, QueryDto } from '../http/json-api/query-dto.pipe.js';
import type { Resource } from '../http/json-api/resource.js';
import type { Validated } from '../http/json-api/validate.js';
import { ApiOptionalAuth } from '../http/open-api/api-optional-auth.js';
import { ApiErrorResponses, BatchResponse, JsonApiResponse } from '../http/open-api/api-responses.js';
import { setCacheControl } from '../http/responses/cache-headers.js';
import { Item } from '../model/item.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { Catalog } from './catalog.js';
import { ItemPipe } from './item.pipe.js';
import { ListItemsQuery } from './list-items-query.dto.js';
import { PublicItems } from './public-items.service.js';
import { RegistrationGuard } from './registration.guard.js';

const TYPE = 'items';
const READ_SCOPE = 'items:read';
const EXAMPLE = {
  guid: 'abc12',
  item_type: 'Project',
  public: true,
  provider_id: 'osf',
  title: 'A study of studies',
  authors: [{ name: 'Ada Obi' }],
  publication_date: '2026-01-15',
};

/** The items of the catalog, and their registration where no other system knows them. */
@ApiTags('items')
@Controller('items')
export class ItemsController {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly catalog: Catalog,
    private readonly publicItems: PublicItems,
    private readonly apiKeys: ApiKeys,
  ) {}

  @Put(':guid')
  @RequireScope('usage:write')
  @UseGuards(RegistrationGuard)
  @ApiOperation({ operationId: 'registerItem', summary: 'Registers an item, or replaces it' })
  @ApiParam({ name: 'guid', type: String, example: 'abc12' })
  @JsonApiResponse(TYPE, { description: 'The item', attributes: Item })
  @ApiErrorResponses(409)
  async register(
    @JsonApiBody(TYPE, Item, { example: EXAMPLE, pipe: ItemPipe }) item: Item,
  ): Promise<{ data: Resource }> {
    await this.save([item]);
    return { data: toResource(item) };
  }

  @Get(':guid')
  @NoQuery()
  @ApiOptionalAuth()
  @ApiOperation({
    operationId: 'getItem',
    summary: 'Returns an item',
    description:
      'Without a key: the type, title and provider of a public item, and its parent if that is public. All fields of every ' +
      'item need a key with the scope `items:read`.',
  })
  @ApiParam({ name: 'guid', example: 'abc12' })
  @JsonApiResponse(TYPE, { description: 'The item', attributes: Item })
  @ApiErrorResponses(400, 401, 403, 404)
  async find(
    @Param('guid') guid: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ data: Resource }> {
    const hasKey = this.apiKeys.allows(request, READ_SCOPE);
    setCacheControl(reply, !hasKey);
    if (hasKey) return { data: await this.findAnyItem(guid) };
    const item = await this.publicItems.find(guid);
    // Whether a private item exists is private.
    if (!item) throw scopeError(this.apiKeys, request, READ_SCOPE);
    return { data: { type: TYPE, id: guid, attributes: item } };
  }

  @Get()
  @RequireScope(READ_SCOPE)
  @UseGuards(RegistrationGuard)
  @ApiOperation({ operationId: 'listItems', summary: 'Lists all items in order of guid' })
  @JsonApiResponse(TYPE, {
    description: 'A page of items, and the cursor of the next page',
    attributes: Item,
    list: true,
    meta: { type: 'object', properties: { after: { type: ['string', 'null'] } } },
  })
  @ApiErrorResponses(400, 409)
  async list(
    @QueryDto(ListItemsQuery) { pageSize, pageAfter }: ListItemsQuery,
  ): Promise<{ data: Resource[]; meta: { after: string | null } }> {
    const items = await this.repository.listItems({ afterGuid: pageAfter, limit: pageSize });
    const last = items.length === pageSize ? items.at(-1) : undefined;
    return { data: items.map(toResource), meta: { after: last?.guid ?? null } };
  }

  @Post('batch')
  @RequireScope('usage:write')
  @UseGuards(RegistrationGuard)
  @ApiOperation({
    operationId: 'registerItems',
    summary: 'Registers up to 1,000 items, and returns the outcome of each',
  })
  @BatchResponse('saved', 'rejected')
  @ApiErrorResponses(409)
  async registerBatch(
    @JsonApiBatch(TYPE, Item, { example: EXAMPLE, pipe: ItemPipe }) items: Validated<Item>[],
  ): Promise<{ data: BatchOutcome<{ status: 'saved' }>[] }> {
    return await processBatch(
      items,
      saveAll((valid) => this.save(valid), 'saved'),
    );
  }

  private async findAnyItem(guid: string): Promise<Resource> {
    const item = this.catalog.acceptsRegistrations
      ? (await this.repository.findItems([guid]))[0]
      : (await this.catalog.findItems([guid])).get(guid);
    if (!item) throw notFound('Not Found', `there is no item ${guid}`);
    return toResource(item);
  }

  private async save(items: readonly Item[]): Promise<void> {
    try {
      await this.repository.saveItems(items);
    } finally {
      // A write that failed may have saved some of the items.
      this.catalog.clearCache();
    }
  }
}

function toResource(item: Item): Resource {
  const attributes = Object.fromEntries(fieldsOf(Item).map(({ name }) => [name, item[name as keyof Item]]));
  return { type: TYPE, id: item.guid, attributes };
}
