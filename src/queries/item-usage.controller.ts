import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags, type SchemaObject } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiOptionalAuth } from '../http/open-api/api-optional-auth.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/api-responses.js';
import { setCacheControl } from '../http/responses/cache-headers.js';
import { documentedProperties, ResponseFiles } from '../http/responses/response-files.interceptor.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { ItemAccess } from '../items/item-access.service.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import { ItemUsage, ItemUsageCounts, ItemUsageQuery } from './item-usage.query.js';
import { ItemUsageQueryDto } from './item-usage-query.dto.js';
import { ItemsUsageQueryDto } from './items-usage-query.dto.js';

const TYPE = 'item-usage';

const COUNTS = documentedProperties(ItemUsageCounts);

/** A row for each period, or one for all time. */
const TABLE = {
  columns: ['guid', 'title', 'date', ...COUNTS],
  toRows: ({ id, attributes }: Required<Resource>) => {
    const { title, usage, total } = attributes as ItemUsage;
    const guid = id.slice(0, id.lastIndexOf(':'));
    return (usage ?? [total]).map((counts) => ({ guid, title, ...counts }));
  },
};
const ONE_ITEM = { usage: { ...TABLE, summedColumns: COUNTS } };
/** One item may lie within another, and a session-hour may use several: only downloads of items themselves add up. */
const SEVERAL_ITEMS = { usage: { ...TABLE, summedColumns: ['download_count'] } };
const OMITTED: SchemaObject = {
  type: 'object',
  properties: { omitted: { type: 'array', items: { type: 'string' }, description: 'GUIDs that have no data' } },
};

@ApiTags('queries')
@Controller('query/item_usage')
export class ItemUsageController {
  constructor(
    private readonly access: ItemAccess,
    private readonly query: ItemUsageQuery,
    private readonly clock: Clock,
  ) {}

  @Get()
  @RequestTimeout()
  @ApiOptionalAuth()
  @ApiOperation({
    operationId: 'countItemsUsage',
    summary: 'Counts the views and downloads of up to 100 items',
    description: 'Leaves out items that are unknown or that the request may not read; `meta.omitted` names them.',
  })
  @JsonApiResponse(TYPE, {
    description: 'The usage of each item',
    attributes: ItemUsage,
    list: true,
    meta: OMITTED,
    files: true,
  })
  @ResponseFiles(SEVERAL_ITEMS)
  @ApiErrorResponses(400, 406)
  async countEach(
    @QueryDto(ItemsUsageQueryDto) query: ItemsUsageQueryDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ data: Resource[]; meta: { omitted: string[] } }> {
    const guids = query.itemGuids;
    const items = [...(await this.access.findReadableItems(guids, request))];
    const omitted = guids.filter((guid) => !items.some(([found]) => found === guid));
    // Which private items are omitted depends on the reader.
    setCacheControl(reply, omitted.length === 0 && items.every(([, item]) => item.public));
    const today = CalendarDate.at(this.clock.now());
    const usages = await this.query.runEach(items.map(([, { iri }]) => query.toParameters(iri, today)));
    const data = items.map(([guid, { title }], index) => ({
      id: `${guid}:${query.period}`,
      type: TYPE,
      attributes: { title, ...usages[index] },
    }));
    return { data, meta: { omitted } };
  }

  @Get(':guid')
  @RequestTimeout()
  @ApiOptionalAuth()
  @ApiOperation({ operationId: 'countItemUsage', summary: 'Counts the views and downloads of one item' })
  @ApiParam({ name: 'guid', example: 'abc12', description: 'OSF GUID of the item' })
  @JsonApiResponse(TYPE, { description: 'The usage', attributes: ItemUsage, files: true })
  @ResponseFiles(ONE_ITEM)
  @ApiErrorResponses(400, 401, 403, 404, 406)
  async count(
    @Param('guid') guid: string,
    @QueryDto(ItemUsageQueryDto) query: ItemUsageQueryDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ data: Resource }> {
    const item = await this.access.getReadableItem(guid, request);
    setCacheControl(reply, item.public);
    const today = CalendarDate.at(this.clock.now());
    const usage = await this.query.run(query.toParameters(item.iri, today));
    return { data: { id: `${guid}:${query.period}`, type: TYPE, attributes: { title: item.title, ...usage } } };
  }
}
