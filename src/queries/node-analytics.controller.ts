import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Configuration } from '../config/configuration.js';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiOptionalAuth } from '../http/open-api/api-optional-auth.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/api-responses.js';
import { setCacheControl } from '../http/responses/cache-headers.js';
import { ResponseFiles } from '../http/responses/response-files.interceptor.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { ItemAccess } from '../items/item-access.service.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import { NodeAnalytics } from './node-analytics.js';
import { NodeAnalyticsQuery, type Timespan, TIMESPANS } from './node-analytics.query.js';
import { NodeAnalyticsQueryDto } from './node-analytics-query.dto.js';
import { NODE_ANALYTICS_TABLES } from './node-analytics-tables.js';
import { TimespanPipe } from './timespan.pipe.js';

const TYPE = 'node-analytics';

@ApiTags('queries')
@Controller('query/node_analytics/:guid/:timespan')
export class NodeAnalyticsController {
  constructor(
    private readonly access: ItemAccess,
    private readonly query: NodeAnalyticsQuery,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
  ) {}

  @Get()
  @RequestTimeout()
  @ApiOptionalAuth()
  @ApiOperation({
    operationId: 'getNodeAnalytics',
    summary: 'Counts the page views of an item in the last week, fortnight or month, or in another range',
    description:
      'Referrers and pages with fewer visits than `PUBLIC_MINIMUM_VISITS` are left out, except for editors of the item.',
  })
  @ApiParam({ name: 'guid', example: 'abc12', description: 'OSF GUID of the item' })
  @ApiParam({ name: 'timespan', schema: { type: 'string', enum: [...TIMESPANS], example: 'week' } })
  @JsonApiResponse(TYPE, { description: 'The analytics', attributes: NodeAnalytics, files: true })
  @ResponseFiles(NODE_ANALYTICS_TABLES)
  @ApiErrorResponses(400, 401, 403, 404, 406)
  async analyze(
    @Param('guid') guid: string,
    @Param('timespan', TimespanPipe) timespan: Timespan,
    @QueryDto(NodeAnalyticsQueryDto) query: NodeAnalyticsQueryDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ data: Resource }> {
    const item = await this.access.getReadableItem(guid, request);
    const forEditor = this.configuration.publicMinimumVisits > 1 && (await this.access.canEdit(guid, request));
    // What an editor sees is not for others.
    setCacheControl(reply, item.public && !forEditor);
    const days = query.daysOf(timespan, CalendarDate.at(this.clock.now()));
    const attributes = await this.query.run({ item, days, listLength: query.listLength, forEditor });
    return { data: { id: `${guid}:${query.nameOf(timespan, days)}`, type: TYPE, attributes } };
  }
}
