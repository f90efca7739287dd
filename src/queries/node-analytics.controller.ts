import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '../http/json-api/api-error.js';
import { QueryParameters } from '../http/json-api/query-parameters.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/documented.js';
import { cacheControl } from '../http/responses/cache-control.js';
import { READING_MILLISECONDS, RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { ItemAccess } from '../items/item-access.service.js';
import { NodeAnalytics, NodeAnalyticsQuery, type Timespan, TIMESPANS } from './node-analytics.query.js';
import { IGNORED_PARAMETER } from './requested-days.js';

@ApiTags('queries')
@Controller('_/metrics/query/node_analytics/:guid/:timespan')
@RequestTimeout(READING_MILLISECONDS)
export class NodeAnalyticsController {
  constructor(
    private readonly access: ItemAccess,
    private readonly query: NodeAnalyticsQuery,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Page views of an item in the last week, fortnight or month' })
  @ApiParam({ name: 'guid', example: 'abc12', description: 'OSF GUID of the item' })
  @ApiParam({ name: 'timespan', enum: TIMESPANS, example: 'week' })
  @JsonApiResponse('node-analytics', { description: 'The analytics', attributes: NodeAnalytics })
  @ApiErrorResponses(400, 401, 403, 404)
  async analyze(
    @Param('guid') guid: string,
    @Param('timespan') timespan: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ data: Resource }> {
    if (!isTimespan(timespan)) throw notFound('Not Found', `the time span must be one of ${TIMESPANS.join(', ')}`);
    QueryParameters.of(request).refuseUnknown((name) => name === IGNORED_PARAMETER);
    const item = await this.access.find(guid, request);
    void reply.header('Cache-Control', cacheControl(item.public));
    const attributes = await this.query.run({ itemIri: item.iri, timespan });
    return { data: { id: `${guid}:${timespan}`, type: 'node-analytics', attributes } };
  }
}

function isTimespan(text: string): text is Timespan {
  return (TIMESPANS as readonly string[]).includes(text);
}
