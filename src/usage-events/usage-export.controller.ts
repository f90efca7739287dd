import { Controller, Get, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequireScope } from '../http/auth/scope.guard.js';
import { ExportRangeQuery, readExportTimeRange } from '../http/json-api/export-range.js';
import { QueryParameters } from '../http/json-api/query-parameters.js';
import { ApiErrorResponses } from '../http/open-api/documented.js';
import { NdjsonResponse, sendNdjson } from '../http/responses/ndjson.js';
import { MetricsRepository } from '../storage/metrics.repository.js';

@ApiTags('usage')
@Controller('_/metrics/events/counted_usage')
export class UsageExportController {
  constructor(private readonly repository: MetricsRepository) {}

  @Get()
  @RequireScope('admin')
  @ApiOperation({ summary: 'All usages in order of time, as lines of JSON that can be imported again' })
  @ExportRangeQuery()
  @ApiErrorResponses(400)
  @NdjsonResponse('A usage a line')
  async export(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const range = readExportTimeRange(QueryParameters.of(request));
    await this.repository.refresh();
    const total = await this.repository.countUsages({ time: range });
    return await sendNdjson(request, reply, { total, values: this.repository.streamUsages(range) });
  }
}
