import { Controller, Get, Header, Param, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '../http/json-api/api-error.js';
import { ApiErrorResponses } from '../http/open-api/api-responses.js';
import { CounterApi } from './counter-api.service.js';
import { CounterCredentials } from './counter-credentials.service.js';
import { CounterParameters } from './counter-parameters.js';
import { CounterParametersPipe } from './counter-parameters.pipe.js';
import { CounterReports } from './counter-reports.service.js';
import { CounterReportResponse, CounterRoute } from './counter-route.js';
import { findReport } from './report-definitions.js';
import { chooseFormat, sendReport } from './send-report.js';

/** The COUNTER API of Release 5.1. */
@ApiTags('counter')
@Controller('counter/r51')
export class Counter51Controller {
  constructor(
    private readonly api: CounterApi,
    private readonly reports: CounterReports,
    private readonly credentials: CounterCredentials,
  ) {}

  @Get('status')
  @Header('Cache-Control', 'no-cache')
  @CounterRoute('5.1', 'getCounterStatus', {
    summary: 'Says whether the service can deliver reports',
    parameters: 'none',
  })
  @ApiOkResponse({ description: 'The status', schema: { type: 'array', items: { type: 'object' } } })
  async status(): Promise<object[]> {
    return await this.api.status('5.1');
  }

  @Get('members')
  @Header('Cache-Control', 'no-cache')
  @CounterRoute('5.1', 'listCounterMembers', { summary: 'Lists the customers', parameters: 'credentials' })
  @ApiOkResponse({ description: 'The only customer', schema: { type: 'array', items: { type: 'object' } } })
  members(@Query(CounterParametersPipe) parameters: CounterParameters, @Req() request: FastifyRequest): object[] {
    this.credentials.check(request, parameters);
    return this.api.members('5.1');
  }

  @Get('reports')
  @Header('Cache-Control', 'no-cache')
  @CounterRoute('5.1', 'listCounterReports', { summary: 'Lists the reports', parameters: 'credentials' })
  @ApiOkResponse({ description: 'The reports', schema: { type: 'array', items: { type: 'object' } } })
  async list(
    @Query(CounterParametersPipe) parameters: CounterParameters,
    @Req() request: FastifyRequest,
  ): Promise<object[]> {
    this.credentials.check(request, parameters);
    return await this.api.reports('5.1', { withMonthDetails: parameters.find('include_month_details') === 'True' });
  }

  @Get('reports/:id')
  @CounterRoute('5.1', 'getCounterReport', { summary: 'Returns a report', parameters: 'report' })
  @ApiParam({ name: 'id', schema: { type: 'string', enum: ['pr', 'pr_p1', 'ir', 'ir_a1'], example: 'pr' } })
  @CounterReportResponse()
  @ApiErrorResponses(404)
  async report(
    @Param('id') id: string,
    @Query(CounterParametersPipe) parameters: CounterParameters,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const report = findReport('5.1', id);
    if (!report) throw notFound('Not Found', `Release 5.1 has no report ${id} here`);
    this.credentials.check(request, parameters, ['begin_date', 'end_date']);
    const format = chooseFormat(parameters, request.headers.accept);
    return sendReport(await this.reports.create(report, parameters, format), reply);
  }
}
