import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { declaredValues } from '../fields/declared-values.js';
import { badBody } from '../http/api-error.js';
import { outcomesOf, ResourceBody } from '../http/documented.js';
import { RequireScope } from '../http/require-scope.js';
import { type Attributes, attributesOf } from '../http/resource.js';
import { type BatchOutcome, savesAll, takeBatch } from '../http/take-batch.js';
import { type Validated, validated } from '../http/validated.js';
import { MetricsRepository } from '../storage/metrics-repository.js';
import { Clock } from '../time/clock.js';
import { problemsOfTimestamp } from './timestamp-problems.js';
import { RegistriesModeration } from './registries-moderation.js';

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
    return await takeBatch({ body, contentType }, { read: (line) => this.read(line), take });
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
