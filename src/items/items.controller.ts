import { Body, Controller, Get, Headers, HttpCode, Param, Post, Put, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { declaredValues } from '../fields/declared-values.js';
import { fieldsOf } from '../fields/field-declaration.js';
import { RequireScope } from '../http/auth/scope.guard.js';
import { ApiError, badBody, badParameter, notFound } from '../http/json-api/api-error.js';
import { type BatchOutcome, processBatch, savesAll } from '../http/json-api/batch.js';
import { QueryParameters } from '../http/json-api/query-parameters.js';
import { type Attributes, attributesOf, type Resource } from '../http/json-api/resource.js';
import { type Validated, validated } from '../http/json-api/validated.js';
import { ApiErrorResponses, JsonApiResponse, outcomesOf, ResourceBody } from '../http/open-api/documented.js';
import { Item } from '../model/item.js';
import { MAX_ID_LENGTH } from '../model/limits.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { Catalog } from './catalog.js';

const PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;

/** The catalog of a service that has no other one: trusted clients say what items there are. */
@ApiTags('items')
@Controller('_/metrics/items')
@RequireScope('usage:write')
export class ItemsController {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly catalog: Catalog,
  ) {}

  @Put(':guid')
  @ApiOperation({ summary: 'Registers an item, in place of all that was known of it' })
  @ApiParam({ name: 'guid', example: 'abc12' })
  @ResourceBody('items', Item)
  @JsonApiResponse('items', { description: 'The item', attributes: Item })
  @ApiErrorResponses(409)
  async register(@Param('guid') guid: string, @Body() body: unknown): Promise<{ data: Resource }> {
    this.requireRegistering();
    const item = readItem(attributesOf(body), guid);
    if ('problems' in item) throw badBody(item.problems);
    await this.save([item.value]);
    return { data: toResource(item.value) };
  }

  @Get(':guid')
  @ApiOperation({ summary: 'What is known of an item' })
  @ApiParam({ name: 'guid', example: 'abc12' })
  @JsonApiResponse('items', { description: 'The item', attributes: Item })
  @ApiErrorResponses(400, 404)
  async find(@Param('guid') guid: string, @Req() request: FastifyRequest): Promise<{ data: Resource }> {
    QueryParameters.refuseAll(request);
    const item = this.catalog.acceptsRegistrations
      ? (await this.repository.findItems([guid]))[0]
      : (await this.catalog.findItems([guid])).get(guid);
    if (!item) throw notFound('Not Found', `no item ${guid} is known`);
    return { data: toResource(item) };
  }

  @Get()
  @ApiOperation({ summary: 'All items, in order of guid' })
  @ApiQuery({ name: 'page[size]', required: false, schema: { type: 'integer', minimum: 1, maximum: MAX_PAGE_SIZE } })
  @ApiQuery({ name: 'page[after]', required: false, description: "The page before's `meta.after`", type: String })
  @JsonApiResponse('items', {
    description: 'A page of items, and where the next one begins',
    attributes: Item,
    list: true,
    meta: { type: 'object', properties: { after: { type: ['string', 'null'] } } },
  })
  @ApiErrorResponses(400, 409)
  async list(@Req() request: FastifyRequest): Promise<{ data: Resource[]; meta: { after: string | null } }> {
    this.requireRegistering();
    const parameters = QueryParameters.of(request);
    parameters.refuseUnknown((name) => ['page[size]', 'page[after]'].includes(name));
    const limit = parameters.integer('page[size]', { min: 1, max: MAX_PAGE_SIZE }) ?? PAGE_SIZE;
    const afterGuid = parameters.one('page[after]');
    if (afterGuid !== undefined && afterGuid.length > MAX_ID_LENGTH) throw badParameter('page[after]', 'is too long');
    const items = await this.repository.listItems({ afterGuid, limit });
    const last = items.length === limit ? items.at(-1) : undefined;
    return { data: items.map(toResource), meta: { after: last?.guid ?? null } };
  }

  @Post('batch')
  @HttpCode(200)
  @ApiOperation({ summary: 'Registers up to 1,000 items, and tells what became of each' })
  @ResourceBody('items', Item, { list: true })
  @ApiOkResponse(outcomesOf(['saved', 'rejected']))
  @ApiErrorResponses(409)
  async registerMany(
    @Body() body: unknown,
    @Headers('content-type') contentType: string | undefined,
  ): Promise<{ data: BatchOutcome<{ status: 'saved' }>[] }> {
    this.requireRegistering();
    const take = savesAll((items: readonly Item[]) => this.save(items), 'saved');
    return await processBatch({ body, contentType }, { read: readItem, take });
  }

  private async save(items: readonly Item[]): Promise<void> {
    await this.repository.saveItems(items);
    this.catalog.clearCache();
  }

  /** @throws ApiError 409 when the items are those of the OSF's database */
  private requireRegistering(): void {
    if (this.catalog.acceptsRegistrations) return;
    throw new ApiError(409, 'Conflict', {
      detail: "items are not registered here: they are those of the OSF's database",
    });
  }
}

/** @param named the guid of the item, when the address of the request names it */
function readItem({ plain, pointer, id }: Attributes, named?: string): Validated<Item> {
  if (typeof plain !== 'object') return validated(Item, plain, pointer);
  const given = [named, (plain as { guid?: unknown } | null)?.guid, id].filter((each) => each !== undefined);
  const [guid, ...others] = new Set(given);
  if (others.length > 0) {
    const detail = `another guid is given elsewhere: ${JSON.stringify(others[0])}`;
    return { problems: [{ detail, source: { pointer: `${pointer}/guid` } }] };
  }
  return validated(Item, declaredValues(Item, { ...plain, guid }), pointer);
}

function toResource(item: Item): Resource {
  const attributes = Object.fromEntries(fieldsOf(Item).map(({ name }) => [name, item[name as keyof Item]]));
  return { type: 'items', id: item.guid, attributes };
}
