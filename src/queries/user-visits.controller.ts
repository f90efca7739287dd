import { Controller, Get, Req } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ErrorAnswers } from '../http/documented.js';
import { QueryParameters } from '../http/query-parameters.js';
import { RANGE_PARAMETERS, readRange } from '../http/range-parameters.js';
import { RangeQuery } from '../http/range-query.js';
import type { Resource } from '../http/resource.js';
import { MetricsRepository } from '../storage/metrics-repository.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import { documentOf } from './document-of.js';
import { countByDay, DayCount, VISITS_BY_DAY } from './visits-by-day.js';

class UserVisits {
  @ApiProperty({ type: [DayCount], description: 'Every day from the first with usage to the last' })
  unique_visits: DayCount[];
}

@ApiTags('queries')
@ApiExtraModels(UserVisits)
@Controller('_/metrics/query')
export class UserVisitsController {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly clock: Clock,
  ) {}

  @Get('user_visits')
  @ApiOperation({ summary: 'Visits a day, of everybody' })
  @RangeQuery()
  @ApiOkResponse(documentOf('user-visits-analytics', UserVisits))
  @ErrorAnswers(400)
  async everybody(@Req() request: FastifyRequest): Promise<{ data: Resource }> {
    return { data: await this.count('user-visits', request) };
  }

  @Get('unique_user_visits')
  @ApiOperation({ summary: 'Visits a day, of users who were logged in' })
  @RangeQuery()
  @ApiOkResponse(documentOf('unique-user-visits-analytics', UserVisits))
  @ErrorAnswers(400)
  async users(@Req() request: FastifyRequest): Promise<{ data: Resource }> {
    return { data: await this.count('unique-user-visits', request, true) };
  }

  private async count(name: string, request: FastifyRequest, userIsAuthenticated?: true): Promise<Resource> {
    const parameters = QueryParameters.of(request);
    parameters.refuseUnknown((parameter) => RANGE_PARAMETERS.includes(parameter));
    const today = CalendarDate.at(this.clock.now());
    const { start, end } = readRange(parameters, today) ?? { start: today.plusDays(-1) };
    const answer = await this.repository.answerUsageQuery({
      where: { userIsAuthenticated, time: { start: start.start(), end: end?.start() } },
      groupings: { unique_visits: VISITS_BY_DAY },
    });
    return {
      id: `${name}:${start.toString()}..${end?.toString() ?? ''}`,
      type: `${name}-analytics`,
      attributes: { unique_visits: countByDay(answer['unique_visits'] ?? []) },
    };
  }
}
