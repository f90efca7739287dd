import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnswerWithin, READING_MILLISECONDS } from '../http/answer-within.js';
import { notFound } from '../http/api-error.js';
import { cacheControl } from '../http/cache-control.js';
import { ErrorAnswers, ResourceAnswer } from '../http/documented.js';
import { QueryParameters } from '../http/query-parameters.js';
import type { Resource } from '../http/resource.js';
import { MetricsRepository } from '../storage/metrics-repository.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import { ItemAccess } from './item-access.js';
import {
  NodeAnalytics,
  nodeAnalyticsQuery,
  TIMESPANS,
  type Timespan,
  toNodeAnalytics,
} from './node-analytics.query.js';
import { IGNORED_PARAMETER } from './queried-days.js';

@ApiTags('queries')
@Controller('_/metrics/query/node_analytics/:guid/:timespan')
@AnswerWithin(READING_MILLISECONDS)
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
  @ResourceAnswer('node-analytics', { description: 'The analytics', attributes: NodeAnalytics })
  @ErrorAnswers(400, 401, 403, 404)
  async analyze(
    @Param('guid') guid: string,
    @Param('timespan') timespan: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ data: Resource }> {
    if (!isTimespan(timespan)) throw notFound('Not Found', `the time span is one of ${TIMESPANS.join(', ')}`);
    QueryParameters.of(request).refuseUnknown((name) => name === IGNORED_PARAMETER);
    const item = await this.access.find(guid, request);
    void reply.header('Cache-Control', cacheControl(item.public));
    const query = nodeAnalyticsQuery(item.iri, timespan, CalendarDate.at(this.clock.now()));
    const attributes = toNodeAnalytics(await this.repository.answerUsageQuery(query));
    return { data: { id: `${guid}:${timespan}`, type: 'node-analytics', attributes } };
  }
}

function isTimespan(text: string): text is Timespan {
  return (TIMESPANS as readonly string[]).includes(text);
}
