import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../http/auth/require-scope.js';
import { NoQuery } from '../http/json-api/query-dto.pipe.js';
import { ApiErrorResponses } from '../http/open-api/api-responses.js';
import { CacheControl } from '../http/responses/cache-headers.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { toTransitionBuckets, TRANSITION_BUCKETS_SCHEMA, type TransitionBuckets } from './transition-buckets.js';

@ApiTags('queries')
@Controller('registries_moderation/transitions')
export class ModerationTransitionsController {
  constructor(private readonly repository: MetricsRepository) {}

  @Get()
  @RequireScope('admin')
  @RequestTimeout()
  @CacheControl('private')
  @NoQuery()
  @ApiOperation({
    operationId: 'countModerationTransitions',
    summary: 'Counts the moderation steps of each provider by kind',
  })
  @ApiOkResponse({ description: 'The providers, most steps first', schema: TRANSITION_BUCKETS_SCHEMA })
  @ApiErrorResponses(400, 401, 403)
  async summarize(): Promise<TransitionBuckets> {
    return toTransitionBuckets(await this.repository.summarizeModerations({}));
  }
}
