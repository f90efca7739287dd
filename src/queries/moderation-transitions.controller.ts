import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { AnswerWithin, READING_MILLISECONDS } from '../http/answer-within.js';
import { cacheControl } from '../http/cache-control.js';
import { ErrorAnswers, ResourceAnswer } from '../http/documented.js';
import { QueryParameters } from '../http/query-parameters.js';
import { RequireScope } from '../http/require-scope.js';
import type { Resource } from '../http/resource.js';
import { MetricsRepository } from '../storage/metrics-repository.js';
import { RegistriesModerationSummary } from '../usage-events/registries-moderation.js';

const TYPE = 'registries-moderation-transitions';

@ApiTags('queries')
@Controller('_/metrics/registries_moderation/transitions')
@AnswerWithin(READING_MILLISECONDS)
export class ModerationTransitionsController {
  constructor(private readonly repository: MetricsRepository) {}

  @Get()
  @RequireScope('admin')
  @Header('Cache-Control', cacheControl(false))
  @ApiOperation({ summary: "How registrations went through each provider's moderation" })
  @ResourceAnswer(TYPE, { description: 'Each provider', attributes: RegistriesModerationSummary, list: true })
  @ErrorAnswers(400, 401, 403)
  async summarize(@Req() request: FastifyRequest): Promise<{ data: Resource[] }> {
    QueryParameters.refuseAll(request);
    const summaries = await this.repository.summarizeModerations();
    return { data: summaries.map((summary) => ({ type: TYPE, id: summary.provider_id, attributes: summary })) };
  }
}
