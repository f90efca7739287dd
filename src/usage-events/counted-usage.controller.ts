import { Controller, Get, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequireScope } from '../http/auth/require-scope.js';
import { type BatchOutcome, processBatch } from '../http/json-api/batch.js';
import { ExportQuery } from '../http/json-api/export-query.dto.js';
import { JsonApiBatch, JsonApiBody } from '../http/json-api/json-api-body.pipe.js';
import { SKIPPED_HEADER } from '../http/json-api/protocol.js';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import { badAttribute } from '../http/json-api/resource.js';
import type { Validated } from '../http/json-api/validate.js';
import { ApiErrorResponses, BatchResponse } from '../http/open-api/api-responses.js';
import { type NdjsonExport, NdjsonResponse } from '../http/responses/ndjson.interceptor.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { CountedUsageDto, TrustedUsageDto } from './counted-usage.dto.js';
import { ExportGuard } from './export.guard.js';
import { TrustedUsagePipe } from './trusted-usage.pipe.js';
import { TRUSTED_USAGE_EXAMPLE, USAGE_EXAMPLE } from './usage-examples.js';
import { UsageIngestion, type UsageOutcome } from './usage-ingestion.service.js';
import { SKIP_REASONS } from './usage-metrics.js';

const TYPE = 'counted-usage';

@ApiTags('usage')
@Controller('events/counted_usage')
export class CountedUsageController {
  constructor(
    private readonly ingestion: UsageIngestion,
    private readonly repository: MetricsRepository,
  ) {}

  @Post()
  @ApiOperation({
    operationId: 'recordUsage',
    summary: 'Records a usage',
    description: 'For browsers. The body is a JSON:API document or its bare attributes.',
  })
  @ApiCreatedResponse({ description: 'The usage is stored durably' })
  @ApiNoContentResponse({
    description: 'The usage is not counted',
    headers: {
      [SKIPPED_HEADER]: { description: 'The reason', schema: { type: 'string', enum: [...SKIP_REASONS] } },
    },
  })
  async record(
    @JsonApiBody(TYPE, CountedUsageDto, { example: USAGE_EXAMPLE }) usage: CountedUsageDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const outcome = await this.ingestion.ingest(usage, request);
    if (outcome.status === 'rejected') throw badAttribute(request, outcome.reason);
    if (outcome.status === 'skipped') void reply.header(SKIPPED_HEADER, outcome.reason);
    await reply.status(outcome.status === 'recorded' ? 201 : 204).send();
  }

  @Post('batch')
  @RequireScope('usage:write')
  @ApiOperation({
    operationId: 'recordUsages',
    summary: 'Records up to 1,000 usages, and returns the outcome of each',
    description:
      'For trusted clients. The body is a JSON:API document with a list, or NDJSON. Repeating a batch whose usages have timestamps changes nothing: for at least a day, and without a time limit when they also have a `sessionhour_id`. A usage without a visitor counts as a visit of the client itself.',
  })
  @BatchResponse('recorded', 'skipped', 'rejected')
  async recordBatch(
    @JsonApiBatch(TYPE, TrustedUsageDto, { example: TRUSTED_USAGE_EXAMPLE, pipe: TrustedUsagePipe })
    usages: Validated<TrustedUsageDto>[],
    @Req() request: FastifyRequest,
  ): Promise<{ data: BatchOutcome<UsageOutcome>[] }> {
    return await processBatch(usages, (valid) => this.ingestion.ingestBatch(valid, request));
  }

  @Get()
  @UseGuards(ExportGuard)
  @ApiBearerAuth()
  @ApiOperation({
    operationId: 'exportUsages',
    summary: 'Exports usages in order of time, as NDJSON that a batch accepts',
  })
  @NdjsonResponse('A usage per line')
  @ApiErrorResponses(400, 405)
  async export(@QueryDto(ExportQuery) query: ExportQuery): Promise<NdjsonExport> {
    const time = query.timeRange();
    await this.repository.refresh();
    return { total: await this.repository.countUsages({ time }), values: this.repository.streamUsages(time) };
  }
}
