import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../http/auth/require-scope.js';
import { type BatchOutcome, processBatch, saveAll } from '../http/json-api/batch.js';
import { ExportQuery } from '../http/json-api/export-query.dto.js';
import { JsonApiBatch, JsonApiBody } from '../http/json-api/json-api-body.pipe.js';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import type { Validated } from '../http/json-api/validate.js';
import { ApiErrorResponses, BatchResponse } from '../http/open-api/api-responses.js';
import { type NdjsonExport, NdjsonResponse } from '../http/responses/ndjson.interceptor.js';
import { RegistriesModeration } from '../model/registries-moderation.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { ModerationDto } from './moderation.dto.js';
import { ModerationPipe } from './moderation.pipe.js';

const TYPE = 'registries-moderation';
const EXAMPLE = {
  registration_id: 'reg12',
  provider_id: 'osf',
  trigger: 'accept_submission',
  from_state: 'pending',
  to_state: 'accepted',
  user_id: 'mod34',
};

@ApiTags('usage')
@Controller('events/registries_moderation')
export class ModerationController {
  constructor(private readonly repository: MetricsRepository) {}

  @Post()
  @HttpCode(201)
  @RequireScope('usage:write')
  @ApiOperation({
    operationId: 'recordModeration',
    summary: 'Records a moderation step of a registration; the timestamp defaults to now',
  })
  @ApiCreatedResponse({ description: 'The step is stored durably' })
  async record(
    @JsonApiBody(TYPE, ModerationDto, { example: EXAMPLE, pipe: ModerationPipe }) step: RegistriesModeration,
  ): Promise<void> {
    await this.repository.recordModerations([step]);
  }

  @Post('batch')
  @RequireScope('usage:write')
  @ApiOperation({
    operationId: 'recordModerations',
    summary: 'Records up to 1,000 moderation steps, and returns the outcome of each',
  })
  @BatchResponse('recorded', 'rejected')
  async recordBatch(
    @JsonApiBatch(TYPE, ModerationDto, { example: EXAMPLE, pipe: ModerationPipe })
    steps: Validated<RegistriesModeration>[],
  ): Promise<{ data: BatchOutcome<{ status: 'recorded' }>[] }> {
    return await processBatch(
      steps,
      saveAll((valid) => this.repository.recordModerations(valid), 'recorded'),
    );
  }

  @Get()
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'exportModerations',
    summary: 'Exports moderation steps in order of time, as NDJSON that a batch accepts',
  })
  @NdjsonResponse('A step per line')
  @ApiErrorResponses(400)
  async export(@QueryDto(ExportQuery) query: ExportQuery): Promise<NdjsonExport> {
    const range = query.timeRange();
    return { total: await this.repository.countModerations(range), values: this.repository.streamModerations(range) };
  }
}
