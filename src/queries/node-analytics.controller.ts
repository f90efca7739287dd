import { Controller, Get, Param, Req, Res, type Type } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiOptionalAuth } from '../http/open-api/api-optional-auth.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/api-responses.js';
import { setCacheControl } from '../http/responses/cache-headers.js';
import {
  documentedProperties,
  ResponseFiles,
  type ResponseTable,
} from '../http/responses/response-files.interceptor.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { ItemAccess } from '../items/item-access.service.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import {
  HourCount,
  NodeAnalytics,
  type NodeAnalyticsList,
  NodeAnalyticsQuery,
  PageCount,
  RefererCount,
  type Timespan,
  TIMESPANS,
} from './node-analytics.query.js';
import { NodeAnalyticsQueryDto } from './node-analytics-query.dto.js';
import { TimespanPipe } from './timespan.pipe.js';
import { DayCount } from './visit-counts.js';

const TYPE = 'node-analytics';

const ROWS: Record<NodeAnalyticsList, Type> = {
  unique_visits: DayCount,
  time_of_day: HourCount,
  referer_domain: RefererCount,
  popular_pages: PageCount,
};
const TABLES = Object.fromEntries(
  Object.entries(ROWS).map(([list, type]): [string, ResponseTable] => [
    list,
    {
      columns: documentedProperties(type),
      toRows: ({ attributes }) => (attributes as NodeAnalytics)[list as NodeAnalyticsList],
      summedColumns: ['count'],
    },
  ]),
);

@ApiTags('queries')
@Controller('query/node_analytics/:guid/:timespan')
export class NodeAnalyticsController {
  constructor(
    private readonly access: ItemAccess,
    private readonly query: NodeAnalyticsQuery,
    private readonly clock: Clock,
  ) {}

  @Get()
  @RequestTimeout()
  @ApiOptionalAuth()
  @ApiOperation({
    operationId: 'getNodeAnalytics',
    summary: 'Counts the page views of an item in the last week, fortnight or month, or in another range',
  })
  @ApiParam({ name: 'guid', example: 'abc12', description: 'OSF GUID of the item' })
  @ApiParam({ name: 'timespan', schema: { type: 'string', enum: [...TIMESPANS], example: 'week' } })
  @JsonApiResponse(TYPE, { description: 'The analytics', attributes: NodeAnalytics, files: true })
  @ResponseFiles(TABLES)
  @ApiErrorResponses(400, 401, 403, 404, 406)
  async analyze(
    @Param('guid') guid: string,
    @Param('timespan', TimespanPipe) timespan: Timespan,
    @QueryDto(NodeAnalyticsQueryDto) query: NodeAnalyticsQueryDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ data: Resource }> {
    const item = await this.access.getReadableItem(guid, request);
    setCacheControl(reply, item.public);
    const days = query.daysOf(timespan, CalendarDate.at(this.clock.now()));
    const attributes = await this.query.run({ item, days, listLength: query.listLength });
    const name = query.rangeParameter === undefined ? timespan : `${days.start.toString()}..${days.end.toString()}`;
    return { data: { id: `${guid}:${name}`, type: TYPE, attributes } };
  }
}
