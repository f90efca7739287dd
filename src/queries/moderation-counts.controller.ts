import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../http/auth/require-scope.js';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/api-responses.js';
import { CacheControl } from '../http/responses/cache-headers.js';
import { documentedProperties, ResponseFiles } from '../http/responses/response-files.interceptor.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import { YearMonth } from '../time/year-month.js';
import { DaysQuery } from './days-query.dto.js';
import { ModerationCounts, ProviderModeration } from './moderation-counts.js';
import { ModerationCountsQuery } from './moderation-counts.query.js';

const TYPE = 'moderation-counts';
const COUNTS = documentedProperties(ModerationCounts);

/** A row for each provider and month. */
const TABLES = {
  moderation: {
    columns: ['provider_id', 'month', ...COUNTS],
    toRows: ({ id, attributes }: Required<Resource>) =>
      (attributes as ProviderModeration).months.map((counts) => ({ provider_id: id, ...counts })),
    summedColumns: COUNTS,
  },
};

@ApiTags('queries')
@Controller('query/moderation')
export class ModerationCountsController {
  constructor(
    private readonly query: ModerationCountsQuery,
    private readonly clock: Clock,
  ) {}

  @Get()
  @RequireScope('admin')
  @RequestTimeout()
  @CacheControl('private')
  @ApiOperation({
    operationId: 'countModeration',
    summary: 'Counts the moderation steps of registrations by provider and month, by default of the last 12 months',
  })
  @JsonApiResponse(TYPE, {
    description: 'The providers, most steps first',
    attributes: ProviderModeration,
    list: true,
    files: true,
  })
  @ResponseFiles(TABLES)
  @ApiErrorResponses(400, 406)
  async count(@QueryDto(DaysQuery) query: DaysQuery): Promise<{ data: Resource[] }> {
    const today = CalendarDate.at(this.clock.now());
    const days = query.days(today, YearMonth.of(today).plusMonths(-11).firstDay());
    const providers = await this.query.run(days);
    return { data: providers.map(({ id, ...attributes }) => ({ id, type: TYPE, attributes })) };
  }
}
