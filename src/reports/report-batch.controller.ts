import { Body, Controller, Headers, Post } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../http/auth/scope.guard.js';
import { type BatchOutcome, processBatch, saveAll } from '../http/json-api/batch.js';
import { JSON_API, MAX_BATCH_SIZE } from '../http/json-api/protocol.js';
import { readBatch } from '../http/json-api/resource.js';
import { BatchResponse } from '../http/open-api/api-responses.js';
import type { Report } from '../model/report.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { readReport } from './read-report.js';
import { RESOURCE_TYPE_PREFIX } from './report-resource.js';

const batchDocument = {
  type: 'object',
  required: ['data'],
  properties: {
    data: {
      type: 'array',
      maxItems: MAX_BATCH_SIZE,
      items: {
        type: 'object',
        required: ['type', 'attributes'],
        properties: {
          type: { type: 'string', description: `\`${RESOURCE_TYPE_PREFIX}\` and the id of the report's type` },
          attributes: { type: 'object', description: 'The fields of its type, `timestamp` included' },
        },
      },
    },
  },
};

@ApiTags('reports')
@Controller('reports/batch')
export class ReportBatchController {
  constructor(private readonly repository: MetricsRepository) {}

  @Post()
  @RequireScope('admin')
  @ApiOperation({
    summary: 'Saves up to 1,000 reports of any types, and tells what became of each',
    description:
      'A JSON:API document whose data is a list of reports, or lines of JSON, as an export has them. A report takes the ' +
      'place of the one about the same cycle and thing, so that saving a batch again changes nothing.',
  })
  @ApiConsumes(JSON_API, 'application/json')
  @ApiBody({ schema: batchDocument })
  @BatchResponse('saved', 'rejected')
  async saveMany(
    @Body() body: unknown,
    @Headers('content-type') contentType: string | undefined,
  ): Promise<{ data: BatchOutcome<{ status: 'saved' }>[] }> {
    const reports = readBatch(body, contentType).map((line) => ('problems' in line ? line : readReport(line)));
    return await processBatch(
      reports,
      saveAll((saved: readonly Report[]) => this.repository.saveReports(saved), 'saved'),
    );
  }
}
