import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../http/auth/scope.guard.js';
import { BATCH_LIMIT, type BatchOutcome, processBatch, savesAll } from '../http/json-api/batch.js';
import { JSON_API } from '../http/json-api/media-types.js';
import { outcomesOf } from '../http/open-api/documented.js';
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
      maxItems: BATCH_LIMIT,
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
@Controller('_/metrics/reports/batch')
export class ReportBatchController {
  constructor(private readonly repository: MetricsRepository) {}

  @Post()
  @HttpCode(200)
  @RequireScope('admin')
  @ApiOperation({
    summary: 'Saves up to 1,000 reports of any types, and tells what became of each',
    description:
      'A JSON:API document whose data is a list of reports, or lines of JSON, as an export has them. A report takes the ' +
      'place of the one about the same cycle and thing, so that saving a batch again changes nothing.',
  })
  @ApiConsumes(JSON_API, 'application/json')
  @ApiBody({ schema: batchDocument })
  @ApiOkResponse(outcomesOf(['saved', 'rejected']))
  async saveMany(
    @Body() body: unknown,
    @Headers('content-type') contentType: string | undefined,
  ): Promise<{ data: BatchOutcome<{ status: 'saved' }>[] }> {
    const take = savesAll((reports: readonly Report[]) => this.repository.saveReports(reports), 'saved');
    return await processBatch({ body, contentType }, { read: readReport, take });
  }
}
