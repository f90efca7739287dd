import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RequireScope } from '../http/auth/scope.guard.js';
import { QueryParameters } from '../http/json-api/query-parameters.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/documented.js';
import { cacheControl } from '../http/responses/cache-control.js';
import { READING_MILLISECONDS, RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { RegistriesModerationSummary } from '../model/registries-moderation.js';
import { MetricsRepository } from '../storage/metrics.repository.js';

const TYPE = 'registries-moderation-transitions';

@ApiTags('queries')
@Controller('_/metrics/registries_moderation/transitions')
@RequestTimeout(READING_MILLISECONDS)
export class ModerationTransitionsController {
  constructor(private readonly repository: MetricsRepository) {}

  @Get()
  @RequireScope('admin')
  @Header('Cache-Control', cacheControl(false))
  @ApiOperation({ summary: "How registrations went through each provider's moderation" })
  @JsonApiResponse(TYPE, { description: 'Each provider', attributes: RegistriesModerationSummary, list: true })
  @ApiErrorResponses(400, 401, 403)
  async summarize(@Req() request: FastifyRequest): Promise<{ data: Resource[] }> {
    QueryParameters.refuseAll(request);
    const summaries = await this.repository.summarizeModerations();
    return { data: summaries.map((summary) => ({ type: TYPE, id: summary.provider_id, attributes: summary })) };
  }
}
