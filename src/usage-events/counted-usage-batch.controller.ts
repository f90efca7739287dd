import { Body, Controller, Headers, HttpCode, Post, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Problem } from '../http/api-error.js';
import { outcomesOf, ResourceBody } from '../http/documented.js';
import { RequireScope } from '../http/require-scope.js';
import { type Line, linesOf } from '../http/resource.js';
import { type Validated, validated } from '../http/validated.js';
import { Clock } from '../time/clock.js';
import { TrustedUsageRequest } from './counted-usage-request.js';
import { problemsOfTimestamp } from './future.js';
import { UsageIntake, type UsageOutcome } from './usage-intake.js';

const BATCH_LIMIT = 1_000;

/** What became of one line of a batch. */
type LineOutcome = UsageOutcome | { readonly status: 'rejected'; readonly errors: readonly Problem[] };

@ApiTags('usage')
@Controller('_/metrics/events/counted_usage/batch')
export class CountedUsageBatchController {
  constructor(
    private readonly intake: UsageIntake,
    private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(200)
  @RequireScope('usage:write')
  @ApiOperation({
    summary: 'Records up to 1,000 usages, and tells what became of each',
    description:
      'A JSON:API document whose data is a list, or lines of JSON. Sending a batch with timestamps again changes nothing: for a day at least, and at any time when its lines have their sessionhour_id. A line that names no visitor counts as a visit of the client itself.',
  })
  @ResourceBody('counted-usage', TrustedUsageRequest, { list: true })
  @ApiOkResponse(outcomesOf(['recorded', 'skipped', 'rejected']))
  async recordMany(
    @Body() body: unknown,
    @Headers('content-type') contentType: string | undefined,
    @Req() request: FastifyRequest,
  ): Promise<{ data: LineOutcome[] }> {
    const usages = linesOf(body, contentType, BATCH_LIMIT).map((line) => this.read(line));
    const outcomes = await this.intake.takeTrusted(
      usages.flatMap((usage) => ('value' in usage ? [usage.value] : [])),
      request,
    );
    return {
      data: usages.map((usage) =>
        'value' in usage ? (outcomes.shift() as UsageOutcome) : { status: 'rejected', errors: usage.problems },
      ),
    };
  }

  private read(line: Line): Validated<TrustedUsageRequest> {
    if ('problems' in line) return line;
    const usage = validated(TrustedUsageRequest, line.plain, line.pointer);
    if ('problems' in usage) return usage;
    const problems = problemsOfTimestamp(usage.value.timestamp, this.clock.now(), line.pointer);
    return problems.length > 0 ? { problems } : usage;
  }
}
