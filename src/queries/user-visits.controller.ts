import { Controller, Get, Req } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { QueryParameters } from '../http/json-api/query-parameters.js';
import { RangeQuery } from '../http/json-api/range-query.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/api-responses.js';
import { CacheControl } from '../http/responses/cache-headers.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import { isDaysParameter, readDays } from './queried-days.js';
import { countByDay, DayCount, VISITS_BY_DAY } from './visits-by-day.js';

/** Longest range of a query: a hundred years. */
const DAYS_LIMIT = 36_600;

class UserVisits {
  @ApiProperty({ type: [DayCount], description: 'Every day from the first with usage to the last' })
  unique_visits: DayCount[];
}

@ApiTags('queries')
@Controller('query')
@RequestTimeout()
export class UserVisitsController {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly clock: Clock,
  ) {}

  @Get('user_visits')
  @ApiOperation({ summary: 'Visits a day, of everybody' })
  @CacheControl('public')
  @RangeQuery()
  @JsonApiResponse('user-visits-analytics', { description: 'The visits', attributes: UserVisits })
  @ApiErrorResponses(400)
  async everybody(@Req() request: FastifyRequest): Promise<{ data: Resource }> {
    return { data: await this.count('user-visits', request) };
  }

  @Get('unique_user_visits')
  @ApiOperation({ summary: 'Visits a day, of users who were logged in' })
  @CacheControl('public')
  @RangeQuery()
  @JsonApiResponse('unique-user-visits-analytics', { description: 'The visits', attributes: UserVisits })
  @ApiErrorResponses(400)
  async users(@Req() request: FastifyRequest): Promise<{ data: Resource }> {
    return { data: await this.count('unique-user-visits', request, true) };
  }

  private async count(name: string, request: FastifyRequest, userIsAuthenticated?: true): Promise<Resource> {
    const parameters = QueryParameters.of(request);
    parameters.refuseUnknown(isDaysParameter);
    const today = CalendarDate.at(this.clock.now());
    const { start, end } = readDays(parameters, today, { defaultStart: today.plusDays(-1), limit: DAYS_LIMIT });
    const answer = await this.repository.queryUsages({
      where: { userIsAuthenticated, time: { start: start.start(), end: end.start() } },
      groupings: { unique_visits: VISITS_BY_DAY },
    });
    return {
      id: `${name}:${start.toString()}..${end.toString()}`,
      type: `${name}-analytics`,
      attributes: { unique_visits: countByDay(answer['unique_visits'] ?? []) },
    };
  }
}
