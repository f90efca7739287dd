import { Body, Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { TextField } from '../fields/field.js';
import { RequireScope } from '../http/auth/scope.guard.js';
import { ApiError, badRequestBody, notFound } from '../http/json-api/api-error.js';
import { QueryParameters } from '../http/json-api/query-parameters.js';
import { readResource, type Resource } from '../http/json-api/resource.js';
import { validate } from '../http/json-api/validate.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/api-responses.js';
import type { Cycle } from '../model/report.js';
import { reportTypeOf } from '../model/report-type.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { Clock } from '../time/clock.js';
import { parseCycle, scheduleOf } from './due-cycles.js';
import type { Reporter } from './reporter.js';
import { ReporterAttributes } from './reporter-attributes.js';
import { ReporterRunner, RunNotStartedError } from './reporter-runner.service.js';
import { RunAttributes, toRunResource } from './run-resource.js';

/** Which run is asked for. */
class RunRequest {
  @TextField('The day or month: YYYY-MM-DD or YYYY-MM')
  @Matches(/^\d{4}-\d{2}(-\d{2})?$/, { message: 'cycle must be YYYY-MM-DD or YYYY-MM' })
  cycle: string;
}

@ApiTags('reporters')
@Controller('reporters')
@RequireScope('admin')
@ApiErrorResponses(401, 403)
export class ReportersController {
  constructor(
    private readonly runner: ReporterRunner,
    private readonly repository: MetricsRepository,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({ summary: 'All reporters, those that cannot run here included, with the latest run of each' })
  @JsonApiResponse('reporters', { description: 'Each reporter', attributes: ReporterAttributes, list: true })
  @ApiErrorResponses(400)
  async list(@Req() request: FastifyRequest): Promise<{ data: Resource[] }> {
    QueryParameters.refuseAll(request);
    const data = this.runner.reporters.map(async (reporter) => {
      const { id, period, description } = reportTypeOf(reporter.reportType);
      const [run] = await this.repository.findRuns({ reporter: id, limit: 1 });
      const attributes: ReporterAttributes = {
        class_name: reporter.constructor.name,
        period,
        description,
        schedule: scheduleOf(reporter),
        unavailable: reporter.unavailable ?? null,
        latest_run: run ?? null,
      };
      return { type: 'reporters', id, attributes };
    });
    return { data: await Promise.all(data) };
  }

  @Post(':id/runs')
  @HttpCode(202)
  @ApiOperation({ summary: 'Begins a run, or goes on with the one that was cut off' })
  @ApiBody({ type: RunRequest })
  @JsonApiResponse('runs', {
    description: 'The run, which goes on; the same one when the cycle is being run already',
    attributes: RunAttributes,
    status: 202,
  })
  @ApiErrorResponses(400, 404, 409, 413, 415)
  async run(@Param('id') id: string, @Body() body: unknown): Promise<{ data: Resource }> {
    const reporter = this.find(id);
    const { attributes, pointer } = readResource(body);
    const request = validate(RunRequest, attributes, pointer);
    if ('problems' in request) throw badRequestBody(request.problems);
    const cycle = this.readCycle(reporter, request.value.cycle, `${pointer}/cycle`);
    try {
      const { run } = await this.runner.start(reporter, cycle);
      return { data: toRunResource(run) };
    } catch (error) {
      if (!(error instanceof RunNotStartedError)) throw error;
      if (error.run?.cycle === cycle.toString()) return { data: toRunResource(error.run) };
      throw new ApiError(409, 'Conflict', { detail: error.message });
    }
  }

  private find(id: string): Reporter {
    const reporter = this.runner.find(id);
    if (!reporter) throw notFound('unknown reporter', `unknown reporter: "${id}"`);
    if (reporter.unavailable === undefined) return reporter;
    throw new ApiError(409, 'Conflict', { detail: `${id} is unavailable: ${reporter.unavailable}` });
  }

  private readCycle(reporter: Reporter, text: string, pointer: string): Cycle {
    const problem = (detail: string): ApiError => badRequestBody([{ detail, source: { pointer } }]);
    let cycle: Cycle;
    try {
      cycle = parseCycle(reporter, text);
    } catch (error) {
      throw problem((error as Error).message);
    }
    if (cycle.start() > this.clock.now()) throw problem('the cycle is in the future');
    const unsupportedReason = reporter.unsupportedReason?.(cycle);
    if (unsupportedReason !== undefined) throw problem(unsupportedReason);
    return cycle;
  }
}
