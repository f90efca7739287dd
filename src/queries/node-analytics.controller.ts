import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '../http/json-api/api-error.js';
import { QueryParameters } from '../http/json-api/query-parameters.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/api-responses.js';
import { setCacheControl } from '../http/responses/cache-headers.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { ItemAccess } from '../items/item-access.service.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import {
  NodeAnalytics,
  nodeAnalyticsQuery,
  type Timespan,
  TIMESPANS,
  toNodeAnalytics,
} from './node-analytics.query.js';
import { IGNORED_PARAMETER } from './queried-days.js';

@ApiTags('queries')
@Controller('query/node_analytics/:guid/:timespan')
@RequestTimeout()
export class NodeAnalyticsController {
  constructor(
    private readonly access: ItemAccess,
    private readonly repository: MetricsRepository,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({ summary: 'How the pages of an item were viewed in the last week, fortnight or month' })
  @ApiParam({ name: 'guid', example: 'abc12', description: 'The short id of the item' })
  @ApiParam({ name: 'timespan', enum: TIMESPANS, example: 'week' })
  @JsonApiResponse('node-analytics', { description: 'The analytics', attributes: NodeAnalytics })
  @ApiErrorResponses(400, 401, 403, 404)
  async analyze(
    @Param('guid') guid: string,
    @Param('timespan') timespan: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ data: Resource }> {
    if (!isTimespan(timespan)) throw notFound('Not Found', `the time span is one of ${TIMESPANS.join(', ')}`);
    QueryParameters.of(request).refuseUnknown((name) => name === IGNORED_PARAMETER);
    const item = await this.access.getReadableItem(guid, request);
    setCacheControl(reply, item.public);
    const query = nodeAnalyticsQuery(item.iri, timespan, CalendarDate.at(this.clock.now()));
    const attributes = toNodeAnalytics(await this.repository.queryUsages(query));
    return { data: { id: `${guid}:${timespan}`, type: 'node-analytics', attributes } };
  }
}

function isTimespan(text: string): text is Timespan {
  return (TIMESPANS as readonly string[]).includes(text);
}
