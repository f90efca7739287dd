import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Configuration } from '../config/configuration.js';
import { ApiKeys } from '../http/auth/api-keys.service.js';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiOptionalAuth } from '../http/open-api/api-optional-auth.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/api-responses.js';
import { setCacheControl } from '../http/responses/cache-headers.js';
import { ResponseFiles } from '../http/responses/response-files.interceptor.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import { NodeAnalytics } from './node-analytics.js';
import { type Timespan, TIMESPANS } from './node-analytics.query.js';
import { NODE_ANALYTICS_TABLES } from './node-analytics-tables.js';
import { PlatformAnalyticsQuery } from './platform-analytics.query.js';
import { ROWS_PER_PART } from './platform-analytics-parts.service.js';
import { PlatformAnalyticsQueryDto } from './platform-analytics-query.dto.js';
import { TimespanPipe } from './timespan.pipe.js';

const TYPE = 'platform-analytics';

@ApiTags('queries')
@Controller('query/platform_analytics/:timespan')
export class PlatformAnalyticsController {
  constructor(
    private readonly query: PlatformAnalyticsQuery,
    private readonly apiKeys: ApiKeys,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
  ) {}

  @Get()
  @RequestTimeout()
  @ApiOptionalAuth()
  @ApiOperation({
    operationId: 'getPlatformAnalytics',
    summary: 'Counts the page views of all items in the last week, fortnight or month, or in another range',
    description:
      'Counts public views of public items. The lists of referrers and pages are merged from those of each month: the ' +
      `${ROWS_PER_PART} with most usages. Rows with fewer visits than \`PUBLIC_MINIMUM_VISITS\` are left out, except with ` +
      'a key that has the scope `admin`.',
  })
  @ApiParam({ name: 'timespan', schema: { type: 'string', enum: [...TIMESPANS], example: 'week' } })
  @JsonApiResponse(TYPE, { description: 'The analytics', attributes: NodeAnalytics, files: true })
  @ResponseFiles(NODE_ANALYTICS_TABLES)
  @ApiErrorResponses(400, 404, 406)
  async analyze(
    @Param('timespan', TimespanPipe) timespan: Timespan,
    @QueryDto(PlatformAnalyticsQueryDto) query: PlatformAnalyticsQueryDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ data: Resource }> {
    const forEditor = this.configuration.publicMinimumVisits > 1 && this.apiKeys.allows(request, 'admin');
    setCacheControl(reply, !forEditor);
    const days = query.daysOf(timespan, CalendarDate.at(this.clock.now()));
    const attributes = await this.query.run(query.toParameters(days, forEditor));
    return { data: { id: `platform:${query.nameOf(timespan, days)}`, type: TYPE, attributes } };
  }
}
