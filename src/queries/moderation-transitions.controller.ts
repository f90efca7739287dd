import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ErrorAnswers } from '../http/documented.js';
import { RequireScope } from '../http/require-scope.js';
import type { Resource } from '../http/resource.js';
import { MetricsRepository } from '../storage/metrics-repository.js';

@ApiTags('queries')
@Controller('_/metrics/registries_moderation/transitions')
export class ModerationTransitionsController {
  constructor(private readonly repository: MetricsRepository) {}

  @Get()
  @RequireScope('admin')
  @ApiOperation({ summary: "How registrations went through each provider's moderation" })
  @ApiOkResponse({
    description: 'A JSON:API document of type `registries-moderation-transitions`, one for each provider',
  })
  @ErrorAnswers(401, 403)
  async summarize(): Promise<{ data: Resource[] }> {
    const summaries = await this.repository.summarizeModerations();
    const type = 'registries-moderation-transitions';
    return { data: summaries.map(({ provider_id, ...counts }) => ({ type, id: provider_id, attributes: counts })) };
  }
}
