import { Body, Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RequireScope } from '../http/auth/scope.guard.js';
import { ApiError, badBody, notFound } from '../http/json-api/api-error.js';
import { QueryParameters } from '../http/json-api/query-parameters.js';
import { attributesOf, type Resource } from '../http/json-api/resource.js';
import { validated } from '../http/json-api/validated.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/documented.js';
import type { Cycle } from '../model/report.js';
import { reportTypeOf } from '../model/report-type.js';
import type { Run } from '../model/run.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { Clock } from '../time/clock.js';
import { parseCycle } from './due-cycles.js';
import { ReporterAttributes } from './reporter.dto.js';
import type { Reporter } from './reporter.js';
import { ReporterRegistry } from './reporter-registry.service.js';
import { ReporterRunner, RunNotStartedError } from './reporter-runner.service.js';
import { RunAttributes, RunRequest, toRunResource } from './run.dto.js';

@ApiTags('reporters')
@Controller('_/metrics/reporters')
@RequireScope('admin')
@ApiErrorResponses(401, 403)
export class ReportersController {
  constructor(
    private readonly registry: ReporterRegistry,
    private readonly runner: ReporterRunner,
    private readonly repository: MetricsRepository,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({ summary: 'All reporters, including unavailable ones, with the latest run of each' })
  @JsonApiResponse('reporters', { description: 'The reporters', attributes: ReporterAttributes, list: true })
  @ApiErrorResponses(400)
  async list(@Req() request: FastifyRequest): Promise<{ data: Resource[] }> {
    QueryParameters.refuseAll(request);
    return { data: await Promise.all(this.registry.getAll().map((reporter) => this.toResource(reporter))) };
  }

  @Post(':id/runs')
  @HttpCode(202)
  @ApiOperation({ summary: 'Starts a run, or resumes an interrupted run' })
  @ApiBody({ type: RunRequest })
  @JsonApiResponse('runs', {
    description: 'The run, which is in progress. If the cycle was already running, its run',
    attributes: RunAttributes,
    status: 202,
  })
  @ApiErrorResponses(400, 404, 409, 413, 415)
  async run(@Param('id') id: string, @Body() body: unknown): Promise<{ data: Resource }> {
    const reporter = this.getAvailable(id);
    const { plain, pointer } = attributesOf(body);
    const request = validated(RunRequest, plain, pointer);
    if ('problems' in request) throw badBody(request.problems);
    const cycle = this.readCycle(reporter, request.value.cycle, `${pointer}/cycle`);
    return { data: toRunResource(await this.startOrFind(reporter, cycle)) };
  }

  private async toResource(reporter: Reporter): Promise<Resource> {
    const { id, period, description } = reportTypeOf(reporter.reportType);
    const [run] = await this.repository.findRuns({ reporter: id, limit: 1 });
    const attributes: ReporterAttributes = {
      class_name: reporter.constructor.name,
      period,
      description,
      schedule: String(this.registry.scheduleOf(reporter).source),
      unavailable: reporter.unavailable ?? null,
      latest_run: run ?? null,
    };
    return { type: 'reporters', id, attributes };
  }

  private getAvailable(id: string): Reporter {
    const reporter = this.registry.find(id);
    if (!reporter) throw notFound('unknown reporter', `unknown reporter: "${id}"`);
    if (reporter.unavailable === undefined) return reporter;
    throw new ApiError(409, 'Conflict', { detail: `${id} is unavailable: ${reporter.unavailable}` });
  }

  private readCycle(reporter: Reporter, text: string, pointer: string): Cycle {
    const problem = (detail: string): ApiError => badBody([{ detail, source: { pointer } }]);
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

  /** Starts a run; if the cycle is already running, finds its run. */
  private async startOrFind(reporter: Reporter, cycle: Cycle): Promise<Run> {
    try {
      return (await this.runner.start(reporter, cycle)).run;
    } catch (error) {
      if (!(error instanceof RunNotStartedError)) throw error;
      if (error.run?.cycle === cycle.toString()) return error.run;
      throw new ApiError(409, 'Conflict', { detail: error.message });
    }
  }
}
