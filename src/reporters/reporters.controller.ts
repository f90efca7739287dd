import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../http/auth/require-scope.js';
import { ApiError } from '../http/json-api/api-error.js';
import { ApiResourceBody } from '../http/json-api/body-documentation.js';
import { BodyResourceParameter } from '../http/json-api/json-api-body.pipe.js';
import { NoQuery } from '../http/json-api/query-dto.pipe.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/api-responses.js';
import { reportTypeOf } from '../model/report-type.js';
import type { Run } from '../model/run.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { ReporterAttributes } from './reporter.dto.js';
import type { Reporter } from './reporter.js';
import { ReporterRegistry } from './reporter-registry.service.js';
import { ReporterRunner, RunNotStartedError } from './reporter-runner.service.js';
import { ReporterScheduler } from './reporter-scheduler.service.js';
import { RunAttributes, RunRequest, toRunResource } from './run.dto.js';
import { type RequestedRun, StartRunPipe } from './start-run.pipe.js';

@ApiTags('reporters')
@Controller('reporters')
@ApiErrorResponses(401, 403)
export class ReportersController {
  constructor(
    private readonly registry: ReporterRegistry,
    private readonly runner: ReporterRunner,
    private readonly scheduler: ReporterScheduler,
    private readonly repository: MetricsRepository,
  ) {}

  @Get()
  @RequireScope('admin')
  @NoQuery()
  @ApiOperation({
    operationId: 'listReporters',
    summary: 'Lists all reporters, including unavailable ones, with the latest run of each',
  })
  @JsonApiResponse('reporters', { description: 'The reporters', attributes: ReporterAttributes, list: true })
  @ApiErrorResponses(400)
  async list(): Promise<{ data: Resource[] }> {
    return { data: await Promise.all(this.registry.getAll().map((reporter) => this.toResource(reporter))) };
  }

  @Post(':id/runs')
  @RequireScope('admin')
  @HttpCode(202)
  @ApiOperation({ operationId: 'startRun', summary: 'Starts a run, or resumes an interrupted run' })
  @ApiParam({ name: 'id', type: String, example: 'counter_item_usage', description: 'ID of the report type' })
  @ApiResourceBody('runs', RunRequest, { cycle: '2026-10' })
  @JsonApiResponse('runs', {
    description: 'The run, in progress; if the cycle was already running, the same run',
    attributes: RunAttributes,
    status: 202,
  })
  @ApiErrorResponses(404, 409)
  async run(@BodyResourceParameter(StartRunPipe) requested: RequestedRun): Promise<{ data: Resource }> {
    return { data: toRunResource(await this.startOrFind(requested)) };
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
      waiting_cycles: await this.scheduler.waitingCycles(reporter),
      latest_run: run ?? null,
    };
    return { type: 'reporters', id, attributes };
  }

  /** Starts a run, or finds the run of the cycle that is in progress. @throws ApiError 409 if another cycle is running */
  private async startOrFind({ reporter, cycle }: RequestedRun): Promise<Run> {
    try {
      return (await this.runner.start(reporter, cycle)).run;
    } catch (error) {
      if (!(error instanceof RunNotStartedError)) throw error;
      if (error.run?.cycle === cycle.toString()) return error.run;
      throw new ApiError(409, 'Conflict', { detail: error.message });
    }
  }
}
