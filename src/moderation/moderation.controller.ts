import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { declaredValues } from '../fields/declared-values.js';
import { RequireScope } from '../http/auth/scope.guard.js';
import { badBody } from '../http/json-api/api-error.js';
import { type BatchOutcome, processBatch, savesAll } from '../http/json-api/batch.js';
import { type Attributes, attributesOf } from '../http/json-api/resource.js';
import { problemsOfTimestamp } from '../http/json-api/timestamp-problems.js';
import { type Validated, validated } from '../http/json-api/validated.js';
import { outcomesOf, ResourceBody } from '../http/open-api/documented.js';
import { RegistriesModeration } from '../model/registries-moderation.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { Clock } from '../time/clock.js';

@ApiTags('usage')
@Controller('_/metrics/events/registries_moderation')
@RequireScope('usage:write')
export class RegistriesModerationController {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: 'Records a step of a registration through moderation; without a timestamp, as of now' })
  @ResourceBody('registries-moderation', RegistriesModeration)
  @ApiCreatedResponse({ description: 'The step is stored durably' })
  async record(@Body() body: unknown): Promise<void> {
    const step = this.read(attributesOf(body));
    if ('problems' in step) throw badBody(step.problems);
    await this.repository.recordModerations([step.value]);
  }

  @Post('batch')
  @HttpCode(200)
  @ApiOperation({ summary: 'Records up to 1,000 steps of moderation, and tells what became of each' })
  @ResourceBody('registries-moderation', RegistriesModeration, { list: true })
  @ApiOkResponse(outcomesOf(['recorded', 'rejected']))
  async recordMany(
    @Body() body: unknown,
    @Headers('content-type') contentType: string | undefined,
  ): Promise<{ data: BatchOutcome<{ status: 'recorded' }>[] }> {
    const take = savesAll(
      (steps: readonly RegistriesModeration[]) => this.repository.recordModerations(steps),
      'recorded',
    );
    return await processBatch({ body, contentType }, { read: (line) => this.read(line), take });
  }

  private read({ plain, pointer }: Attributes): Validated<RegistriesModeration> {
    const now = this.clock.now();
    const timed = completed(declaredValues(RegistriesModeration, plain), now);
    const step = validated(RegistriesModeration, timed, pointer);
    if ('problems' in step) return step;
    const problems = problemsOfTimestamp(step.value.timestamp, now, pointer);
    return problems.length > 0 ? { problems } : step;
  }
}

/** Taken now, unless something else is said; and who wrote an empty comment wrote none. */
function completed(given: unknown, now: Date): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  const { timestamp, comment } = given as Partial<Record<keyof RegistriesModeration, unknown>>;
  return { ...given, timestamp: timestamp ?? now.toISOString(), comment: comment === '' ? null : comment };
}
