import { Body, Controller, Headers, HttpCode, Post, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RequireScope } from '../http/auth/scope.guard.js';
import { type BatchOutcome, processBatch } from '../http/json-api/batch.js';
import type { Attributes } from '../http/json-api/resource.js';
import { problemsOfTimestamp } from '../http/json-api/timestamp-problems.js';
import { type Validated, validated } from '../http/json-api/validated.js';
import { outcomesOf, ResourceBody } from '../http/open-api/documented.js';
import { Clock } from '../time/clock.js';
import { TrustedUsageRequest } from './counted-usage.dto.js';
import { UsageIngestion, type UsageOutcome } from './usage-ingestion.service.js';

@ApiTags('usage')
@Controller('_/metrics/events/counted_usage/batch')
export class CountedUsageBatchController {
  constructor(
    private readonly intake: UsageIngestion,
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
  ): Promise<{ data: BatchOutcome<UsageOutcome>[] }> {
    return await processBatch(
      { body, contentType },
      { read: (line) => this.read(line), take: (usages) => this.intake.takeTrusted(usages, request) },
    );
  }

  private read({ plain, pointer }: Attributes): Validated<TrustedUsageRequest> {
    const usage = validated(TrustedUsageRequest, plain, pointer);
    if ('problems' in usage) return usage;
    const problems = problemsOfTimestamp(usage.value.timestamp, this.clock.now(), pointer);
    return problems.length > 0 ? { problems } : usage;
  }
}
