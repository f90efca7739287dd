import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
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
import { ItemWithinUsage } from './items-within.query.js';
import { ItemsWithinQueryDto } from './items-within-query.dto.js';
import { ReadableItemsWithin } from './readable-items-within.service.js';

const TYPE = 'item-within-usage';

const TABLES = {
  items: {
    columns: ['guid', ...documentedProperties(ItemWithinUsage)],
    toRows: ({ id: guid, attributes }: Required<Resource>) => [{ guid, ...attributes }],
    summedColumns: ['view_count', 'download_count'],
  },
};

@ApiTags('queries')
@Controller('query/item_usage/:guid/within')
export class ItemsWithinController {
  constructor(
    private readonly access: ItemAccess,
    private readonly itemsWithin: ReadableItemsWithin,
    private readonly clock: Clock,
  ) {}

  @Get()
  @RequestTimeout()
  @ApiOptionalAuth()
  @ApiOperation({
    operationId: 'listItemsWithin',
    summary: 'Lists the most used items within an item',
    description: 'Lists items that the request may read, most used first, with the usage of each item itself.',
  })
  @ApiParam({ name: 'guid', example: 'abc12', description: 'OSF GUID of the item' })
  @JsonApiResponse(TYPE, { description: 'The items', attributes: ItemWithinUsage, list: true, files: true })
  @ResponseFiles(TABLES)
  @ApiErrorResponses(400, 401, 403, 404, 406)
  async list(
    @Param('guid') guid: string,
    @QueryDto(ItemsWithinQueryDto) query: ItemsWithinQueryDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ data: Resource[] }> {
    const item = await this.access.getReadableItem(guid, request);
    const parameters = query.toParameters(item.iri, CalendarDate.at(this.clock.now()));
    const { items, isSameForAll } = await this.itemsWithin.list(parameters, request);
    setCacheControl(reply, item.public && isSameForAll);
    const shown = items.slice(0, query.pageSize);
    return { data: shown.map(({ guid: id, usage: attributes }) => ({ id, type: TYPE, attributes })) };
  }
}
