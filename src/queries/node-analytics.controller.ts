import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NoQuery } from '../http/json-api/query-dto.pipe.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/api-responses.js';
import { setCacheControl } from '../http/responses/cache-headers.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { ItemAccess } from '../items/item-access.service.js';
import { NodeAnalytics, NodeAnalyticsQuery, type Timespan, TIMESPANS } from './node-analytics.query.js';
import { TimespanPipe } from './timespan.pipe.js';

const TYPE = 'node-analytics';

@ApiTags('queries')
@Controller('query/node_analytics/:guid/:timespan')
export class NodeAnalyticsController {
  constructor(
    private readonly access: ItemAccess,
    private readonly query: NodeAnalyticsQuery,
  ) {}

  @Get()
  @RequestTimeout()
  @NoQuery()
  @ApiOperation({ summary: 'Counts the page views of an item in the last week, fortnight or month' })
  @ApiParam({ name: 'guid', example: 'abc12', description: 'OSF GUID of the item' })
  @ApiParam({ name: 'timespan', enum: TIMESPANS, example: 'week' })
  @JsonApiResponse(TYPE, { description: 'The analytics', attributes: NodeAnalytics })
  @ApiErrorResponses(400, 401, 403, 404)
  async analyze(
    @Param('guid') guid: string,
    @Param('timespan', TimespanPipe) timespan: Timespan,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ data: Resource }> {
    const item = await this.access.getReadableItem(guid, request);
    setCacheControl(reply, item.public);
    const attributes = await this.query.run({ item, timespan });
    return { data: { id: `${guid}:${timespan}`, type: TYPE, attributes } };
  }
}
