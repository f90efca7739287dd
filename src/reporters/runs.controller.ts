import { Controller, Get, Param, Req } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { notFound } from '../http/api-error.js';
import { ErrorAnswers, ResourceAnswer } from '../http/documented.js';
import { QueryParameters } from '../http/query-parameters.js';
import { RequireScope } from '../http/require-scope.js';
import type { Resource } from '../http/resource.js';
import { MetricsRepository } from '../storage/metrics-repository.js';
import { RunAttributes, toRunResource } from './run-resource.js';

const DEFAULT_RUNS = 100;
const MAX_RUNS = 1_000;

@ApiTags('reporters')
@Controller('_/metrics/reporters/runs')
@RequireScope('admin')
@ErrorAnswers(401, 403)
export class RunsController {
  constructor(private readonly repository: MetricsRepository) {}

  @Get()
  @ApiOperation({ summary: 'Runs, those started last first' })
  @ApiQuery({ name: 'filter[reporter]', required: false, description: 'Of one reporter', schema: { type: 'string' } })
  @ApiQuery({ name: 'filter[cycle]', required: false, description: 'For one day or month', schema: { type: 'string' } })
  @ApiQuery({ name: 'page[size]', required: false, schema: { type: 'integer', minimum: 1, maximum: MAX_RUNS } })
  @ResourceAnswer('runs', { description: 'The runs', attributes: RunAttributes, list: true })
  @ErrorAnswers(400)
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
  @ResourceAnswer('runs', { description: 'The run', attributes: RunAttributes })
  @ErrorAnswers(400, 404)
  async find(@Param('id') id: string, @Req() request: FastifyRequest): Promise<{ data: Resource }> {
    QueryParameters.refuseAll(request);
    const [run] = await this.repository.findRuns({ id, limit: 1 });
    if (!run) throw notFound('Not Found', `no run ${id}`);
    return { data: toRunResource(run) };
  }
}
