import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { badBody } from '../http/api-error.js';
import { ResourceBody } from '../http/documented.js';
import { RequireScope } from '../http/require-scope.js';
import { attributesOf } from '../http/resource.js';
import { validated } from '../http/validated.js';
import { MetricsRepository } from '../storage/metrics-repository.js';
import { Clock } from '../time/clock.js';
import { RegistriesModeration } from './registries-moderation.js';

@ApiTags('usage')
@Controller('_/metrics/events/registries_moderation')
export class RegistriesModerationController {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(201)
  @RequireScope('usage:write')
  @ApiOperation({ summary: 'Records a step of a registration through moderation; without a timestamp, as of now' })
  @ResourceBody('registries-moderation', RegistriesModeration)
  @ApiCreatedResponse({ description: 'The step is stored durably' })
  async record(@Body() body: unknown): Promise<void> {
    const { plain, pointer } = attributesOf(body);
    const timed = typeof plain === 'object' ? { timestamp: this.clock.now().toISOString(), ...plain } : plain;
    const step = validated(RegistriesModeration, timed, pointer);
    if ('problems' in step) throw badBody(step.problems);
    step.value.comment ??= null;
    await this.repository.recordModerations([step.value]);
  }
}
