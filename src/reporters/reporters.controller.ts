import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../http/auth/require-scope.js';
import { ApiError } from '../http/json-api/api-error.js';
import { ApiResourceBody } from '../http/json-api/body-documentation.js';
import { BodyResourceParameter } from '../http/json-api/json-api-body.pipe.js';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/api-responses.js';
import { FileQuery } from '../http/responses/file-query.dto.js';
import { ResponseFiles } from '../http/responses/response-files.interceptor.js';
import type { Run } from '../model/run.js';
import { ReporterAttributes, REPORTERS_TABLE } from './reporter.dto.js';
import { ReporterList } from './reporter-list.service.js';
import { ReporterRunner, RunNotStartedError } from './reporter-runner.service.js';
import { RunAttributes, RunRequest, toRunResource } from './run.dto.js';
import { type RequestedRun, StartRunPipe } from './start-run.pipe.js';

@ApiTags('reporters')
@Controller('reporters')
@ApiErrorResponses(401, 403)
export class ReportersController {
  constructor(
    private readonly reporters: ReporterList,
    private readonly runner: ReporterRunner,
  ) {}

  @Get()
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'listReporters',
    summary: 'Lists all reporters, including unavailable ones, with the latest run of each',
  })
  @JsonApiResponse('reporters', {
    description: 'The reporters',
    attributes: ReporterAttributes,
    list: true,
    files: true,
  })
  @ResponseFiles({ reporters: REPORTERS_TABLE })
  @ApiErrorResponses(400, 406)
  async list(@QueryDto(FileQuery) _files: FileQuery): Promise<{ data: Resource[] }> {
    return { data: (await this.reporters.list()).map((reporter) => ({ type: 'reporters', ...reporter })) };
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
