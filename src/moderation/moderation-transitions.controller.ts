import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../http/auth/scope.guard.js';
import { NoQuery } from '../http/json-api/query-dto.pipe.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/api-responses.js';
import { CacheControl } from '../http/responses/cache-headers.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { RegistriesModerationSummary } from '../model/registries-moderation.js';
import { MetricsRepository } from '../storage/metrics.repository.js';

const TYPE = 'registries-moderation-transitions';

@ApiTags('queries')
@Controller('registries_moderation/transitions')
export class ModerationTransitionsController {
  constructor(private readonly repository: MetricsRepository) {}

  @Get()
  @RequireScope('admin')
  @RequestTimeout()
  @CacheControl('private')
  @NoQuery()
  @ApiOperation({ summary: 'Counts the moderation steps of each provider by kind' })
  @JsonApiResponse(TYPE, { description: 'The providers', attributes: RegistriesModerationSummary, list: true })
  @ApiErrorResponses(400, 401, 403)
  async summarize(): Promise<{ data: Resource[] }> {
    const summaries = await this.repository.summarizeModerations();
    return { data: summaries.map((summary) => ({ type: TYPE, id: summary.provider_id, attributes: summary })) };
  }
}
