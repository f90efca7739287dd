import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../http/auth/require-scope.js';
import { notFound } from '../http/json-api/api-error.js';
import { NoQuery, QueryDto } from '../http/json-api/query-dto.pipe.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/api-responses.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { ReporterRegistry } from './reporter-registry.service.js';
import { RunAttributes, RunsQuery, toRunResource } from './run.dto.js';

/** In place of an ID. */
const LATEST = 'latest';

@ApiTags('reporters')
@Controller('reporters/runs')
@ApiErrorResponses(401, 403)
export class RunsController {
  constructor(
    private readonly registry: ReporterRegistry,
    private readonly repository: MetricsRepository,
  ) {}

  @Get()
  @RequireScope('admin')
  @ApiOperation({ operationId: 'listRuns', summary: 'Lists runs, latest first' })
  @JsonApiResponse('runs', { description: 'The runs', attributes: RunAttributes, list: true })
  @ApiErrorResponses(400)
  async list(@QueryDto(RunsQuery) { reporterName, cycle, pageSize }: RunsQuery): Promise<{ data: Resource[] }> {
    const reporter = reporterName && (this.registry.find(reporterName)?.id ?? reporterName);
    const runs = await this.repository.findRuns({ reporter, cycle, limit: pageSize });
    return { data: runs.map(toRunResource) };
  }

  @Get(':id')
  @RequireScope('admin')
  @NoQuery()
  @ApiOperation({ operationId: 'getRun', summary: 'Returns a run' })
  @ApiParam({
    name: 'id',
    type: String,
    example: LATEST,
    description: 'ID of the run, or `latest` for the one started last',
  })
  @JsonApiResponse('runs', { description: 'The run', attributes: RunAttributes })
  @ApiErrorResponses(400, 404)
  async find(@Param('id') id: string): Promise<{ data: Resource }> {
    const [run] = await this.repository.findRuns({ id: id === LATEST ? undefined : id, limit: 1 });
    if (!run) throw notFound('Not Found', id === LATEST ? 'there is no run yet' : `there is no run ${id}`);
    return { data: toRunResource(run) };
  }
}
