import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { QueryParameters } from '../http/json-api/query-parameters.js';
import { RangeQuery } from '../http/json-api/range-query.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/documented.js';
import { cacheControl } from '../http/responses/cache-control.js';
import { READING_MILLISECONDS, RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import type { DateRange } from '../time/date-range.js';
import { isDaysParameter, readDays } from './requested-days.js';
import { UserVisits, UserVisitsQuery } from './user-visits.query.js';

/** A hundred years. */
const MAX_DAYS = 36_600;

@ApiTags('queries')
@Controller('_/metrics/query')
@RequestTimeout(READING_MILLISECONDS)
export class UserVisitsController {
  constructor(
    private readonly query: UserVisitsQuery,
    private readonly clock: Clock,
  ) {}

  @Get('user_visits')
  @ApiOperation({ summary: 'Visits per day of all users' })
  @Header('Cache-Control', cacheControl(true))
  @RangeQuery()
  @JsonApiResponse('user-visits-analytics', { description: 'The visits', attributes: UserVisits })
  @ApiErrorResponses(400)
  async countAll(@Req() request: FastifyRequest): Promise<{ data: Resource }> {
    const days = this.readDays(request);
    return toDocument('user-visits', days, await this.query.run({ days }));
  }

  @Get('unique_user_visits')
  @ApiOperation({ summary: 'Visits per day of logged-in users' })
  @Header('Cache-Control', cacheControl(true))
  @RangeQuery()
  @JsonApiResponse('unique-user-visits-analytics', { description: 'The visits', attributes: UserVisits })
  @ApiErrorResponses(400)
  async countAuthenticated(@Req() request: FastifyRequest): Promise<{ data: Resource }> {
    const days = this.readDays(request);
    return toDocument('unique-user-visits', days, await this.query.run({ days, userIsAuthenticated: true }));
  }

  private readDays(request: FastifyRequest): Required<DateRange> {
    const parameters = QueryParameters.of(request);
    parameters.refuseUnknown(isDaysParameter);
    const today = CalendarDate.at(this.clock.now());
    return readDays(parameters, today, { defaultStart: today.plusDays(-1), maxDays: MAX_DAYS });
  }
}

function toDocument(name: string, { start, end }: Required<DateRange>, attributes: UserVisits): { data: Resource } {
  const id = `${name}:${start.toString()}..${end.toString()}`;
  return { data: { id, type: `${name}-analytics`, attributes } };
}
