import { Controller, Get, Header, Param, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CounterApi } from './counter-api.service.js';
import { CounterCredentials } from './counter-credentials.service.js';
import { CounterParameters } from './counter-parameters.js';
import { CounterParametersPipe } from './counter-parameters.pipe.js';
import { CounterReports } from './counter-reports.service.js';
import { CounterReportResponse, CounterRoute } from './counter-route.js';
import { CounterError } from './exceptions.js';
import { findReport } from './report-definitions.js';
import { chooseFormat, sendReport } from './send-report.js';

/** The COUNTER API of Release 5.0, for clients that support nothing else. */
@ApiTags('counter')
@Controller('counter')
export class Counter50Controller {
  constructor(
    private readonly api: CounterApi,
    private readonly reports: CounterReports,
    private readonly credentials: CounterCredentials,
  ) {}

  @Get('status')
  @Header('Cache-Control', 'no-cache')
  @CounterRoute('5', 'getCounter50Status', {
    summary: 'Says whether the service can deliver reports',
    parameters: 'credentials',
  })
  @ApiOkResponse({ description: 'The status', schema: { type: 'array', items: { type: 'object' } } })
  async status(
    @Query(CounterParametersPipe) parameters: CounterParameters,
    @Req() request: FastifyRequest,
  ): Promise<object[]> {
    this.credentials.check(request, parameters);
    return await this.api.status('5');
  }

  @Get('members')
  @Header('Cache-Control', 'no-cache')
  @CounterRoute('5', 'listCounter50Members', { summary: 'Lists the customers', parameters: 'credentials' })
  @ApiOkResponse({ description: 'The only customer', schema: { type: 'array', items: { type: 'object' } } })
  members(@Query(CounterParametersPipe) parameters: CounterParameters, @Req() request: FastifyRequest): object[] {
    this.credentials.check(request, parameters);
    return this.api.members('5');
  }

  @Get('reports')
  @Header('Cache-Control', 'no-cache')
  @CounterRoute('5', 'listCounter50Reports', { summary: 'Lists the reports', parameters: 'credentials' })
  @ApiOkResponse({ description: 'The reports', schema: { type: 'array', items: { type: 'object' } } })
  async list(
    @Query(CounterParametersPipe) parameters: CounterParameters,
    @Req() request: FastifyRequest,
  ): Promise<object[]> {
    this.credentials.check(request, parameters);
    return await this.api.reports('5');
  }

  @Get('reports/:id')
  @CounterRoute('5', 'getCounter50Report', { summary: 'Returns a report', parameters: 'report' })
  @ApiParam({ name: 'id', schema: { type: 'string', enum: ['pr', 'pr_p1', 'ir'], example: 'pr' } })
  @CounterReportResponse(404)
  async report(
    @Param('id') id: string,
    @Query(CounterParametersPipe) parameters: CounterParameters,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const report = findReport('5', id);
    this.credentials.check(request, parameters, report ? ['begin_date', 'end_date'] : []);
    if (!report) throw new CounterError(3000, id);
    const format = chooseFormat(parameters, request.headers.accept);
    return sendReport(await this.reports.create(report, parameters, format), reply);
  }
}
