import { Controller, Get, Param, Req } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RequireScope } from '../http/auth/scope.guard.js';
import { notFound } from '../http/json-api/api-error.js';
import { QueryParameters } from '../http/json-api/query-parameters.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/api-responses.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { RunAttributes, toRunResource } from './run-resource.js';

const DEFAULT_RUNS = 100;
const MAX_RUNS = 1_000;

@ApiTags('reporters')
@Controller('reporters/runs')
@RequireScope('admin')
@ApiErrorResponses(401, 403)
export class RunsController {
  constructor(private readonly repository: MetricsRepository) {}

  @Get()
  @ApiOperation({ summary: 'Runs, those started last first' })
  @ApiQuery({ name: 'filter[reporter]', required: false, description: 'Of one reporter', schema: { type: 'string' } })
  @ApiQuery({ name: 'filter[cycle]', required: false, description: 'For one day or month', schema: { type: 'string' } })
  @ApiQuery({ name: 'page[size]', required: false, schema: { type: 'integer', minimum: 1, maximum: MAX_RUNS } })
  @JsonApiResponse('runs', { description: 'The runs', attributes: RunAttributes, list: true })
  @ApiErrorResponses(400)
  async list(@Req() request: FastifyRequest): Promise<{ data: Resource[] }> {
    const parameters = QueryParameters.of(request);
    parameters.refuseUnknown((name) => ['filter[reporter]', 'filter[cycle]', 'page[size]'].includes(name));
    const runs = await this.repository.findRuns({
      reporter: parameters.one('filter[reporter]'),
      cycle: parameters.one('filter[cycle]'),
      limit: parameters.integer('page[size]', { min: 1, max: MAX_RUNS }) ?? DEFAULT_RUNS,
    });
    return { data: runs.map(toRunResource) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One run' })
  @JsonApiResponse('runs', { description: 'The run', attributes: RunAttributes })
  @ApiErrorResponses(400, 404)
  async find(@Param('id') id: string, @Req() request: FastifyRequest): Promise<{ data: Resource }> {
    QueryParameters.refuseAll(request);
    const [run] = await this.repository.findRuns({ id, limit: 1 });
    if (!run) throw notFound('Not Found', `no run ${id}`);
    return { data: toRunResource(run) };
  }
}
