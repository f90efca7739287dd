import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/api-responses.js';
import { CacheControl } from '../http/responses/cache-headers.js';
import { documentedProperties, ResponseFiles } from '../http/responses/response-files.interceptor.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import { DaysQuery } from './days-query.dto.js';
import { UserVisits, UserVisitsQuery } from './user-visits.query.js';
import { DayCount } from './visit-counts.js';

const TABLES = {
  unique_visits: {
    columns: documentedProperties(DayCount),
    toRows: ({ attributes }: { readonly attributes: object }) => (attributes as UserVisits).unique_visits,
    // A session-hour lies within one day.
    summedColumns: ['count'],
  },
};

@ApiTags('queries')
@Controller('query')
@RequestTimeout()
export class UserVisitsController {
  constructor(
    private readonly query: UserVisitsQuery,
    private readonly clock: Clock,
  ) {}

  @Get('user_visits')
  @CacheControl('public')
  @ApiOperation({ operationId: 'countUserVisits', summary: 'Counts the visits of all users per day' })
  @JsonApiResponse('user-visits-analytics', { description: 'The visits', attributes: UserVisits, files: true })
  @ResponseFiles(TABLES)
  @ApiErrorResponses(400, 406)
  async countAll(@QueryDto(DaysQuery) query: DaysQuery): Promise<{ data: Resource }> {
    return { data: await this.count('user-visits', query) };
  }

  @Get('unique_user_visits')
  @CacheControl('public')
  @ApiOperation({ operationId: 'countUniqueUserVisits', summary: 'Counts the visits of logged-in users per day' })
  @JsonApiResponse('unique-user-visits-analytics', { description: 'The visits', attributes: UserVisits, files: true })
  @ResponseFiles(TABLES)
  @ApiErrorResponses(400, 406)
  async countAuthenticated(@QueryDto(DaysQuery) query: DaysQuery): Promise<{ data: Resource }> {
    return { data: await this.count('unique-user-visits', query, true) };
  }

  private async count(name: string, query: DaysQuery, userIsAuthenticated?: true): Promise<Resource> {
    const today = CalendarDate.at(this.clock.now());
    const days = query.days(today, today.plusDays(-1));
    const attributes = await this.query.run({ days, userIsAuthenticated });
    const id = `${name}:${days.start.toString()}..${days.end.toString()}`;
    return { id, type: `${name}-analytics`, attributes };
  }
}
