import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Req,
  Res,
  type StreamableFile,
  UseGuards,
} from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Configuration } from '../config/configuration.js';
import { RequireScope } from '../http/auth/scope.guard.js';
import { type BatchOutcome, processBatch, savesAll } from '../http/json-api/batch.js';
import { ExportRangeQuery, readDays } from '../http/json-api/export-range.js';
import { publicUrl } from '../http/json-api/public-url.js';
import { QueryParameters } from '../http/json-api/query-parameters.js';
import { RANGE_PARAMETERS, readRange } from '../http/json-api/range-parameters.js';
import { RangeQuery } from '../http/json-api/range-query.js';
import { ApiErrorResponses, outcomesOf } from '../http/open-api/documented.js';
import { cacheControl } from '../http/responses/cache-control.js';
import { NdjsonResponse, sendNdjson } from '../http/responses/ndjson.js';
import { READING_MILLISECONDS, RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { addVary } from '../http/responses/vary.js';
import type { Report } from '../model/report.js';
import { type ReportTypeDeclaration, reportTypeOf } from '../model/report-type.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import { ReportAccessGuard } from './report-access.guard.js';
import { ReportAccess } from './report-access.service.js';
import {
  ReportBatchBody,
  ReportListQuery,
  ReportsOfTypeResponse,
  ReportTypesResponse,
} from './report-documentation.js';
import { readFilters, readSort } from './report-filters.js';
import type { ReportList } from './report-list.interceptor.js';
import { isListParameter, ReportListService } from './report-list.service.js';
import { readReport } from './report-resource.js';
import { ReportTypePipe } from './report-type.pipe.js';
import { ALL_REPORTS, isViewable } from './report-types.js';

@ApiTags('reports')
@Controller('_/metrics/reports')
export class ReportsController {
  constructor(
    private readonly access: ReportAccess,
    private readonly lists: ReportListService,
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the report types' })
  @ReportTypesResponse()
  @ApiErrorResponses(400, 429)
  listTypes(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): object {
    QueryParameters.refuseAll(request);
    const readable = ALL_REPORTS.filter((reportClass) => this.access.canRead(reportClass, request));
    void reply.header('Cache-Control', cacheControl(readable.every(isViewable)));
    addVary(reply, 'Authorization');
    return { data: readable.map((reportClass) => this.toTypeResource(reportTypeOf(reportClass), request)) };
  }

  @Get(':id')
  @UseGuards(ReportAccessGuard)
  @RequestTimeout(READING_MILLISECONDS)
  @ApiOperation({ summary: 'List the reports of a type, page by page' })
  @ReportListQuery()
  @ReportsOfTypeResponse()
  async list(
    @Param('id', ReportTypePipe) type: ReportTypeDeclaration,
    @Req() request: FastifyRequest,
  ): Promise<ReportList> {
    const parameters = QueryParameters.of(request);
    parameters.refuseUnknown(isListParameter);
    const query = {
      filters: readFilters(parameters, type.reportClass),
      sort: readSort(parameters, type.reportClass, `-${type.cycleField}`),
    };
    return await this.lists.list({ type, query, fileName: type.id }, request);
  }

  @Get(':id/recent')
  @UseGuards(ReportAccessGuard)
  @RequestTimeout(READING_MILLISECONDS)
  @ApiOperation({
    summary: 'List recent reports of a type, newest first',
    description: 'Default range: the last 13 days for daily reports, the last 150 days for monthly ones.',
  })
  @RangeQuery()
  @ReportsOfTypeResponse()
  async listRecent(
    @Param('id', ReportTypePipe) type: ReportTypeDeclaration,
    @Req() request: FastifyRequest,
  ): Promise<ReportList> {
    const parameters = QueryParameters.of(request);
    parameters.refuseUnknown((name) => name === 'format' || RANGE_PARAMETERS.includes(name));
    return await this.lists.listRecent(type, readRange(parameters, CalendarDate.at(this.clock.now())), request);
  }

  @Get(':id/export')
  @RequireScope('admin')
  @ApiOperation({
    summary: 'Export the reports of a type, oldest first',
    description: 'One report per line. A range of days includes the monthly reports of every month that it overlaps.',
  })
  @ApiParam({ name: 'id', example: 'download_count' })
  @ExportRangeQuery()
  @NdjsonResponse('One report per line, as a JSON:API resource')
  @ApiErrorResponses(400, 404)
  async export(
    @Param('id', ReportTypePipe) type: ReportTypeDeclaration,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const days = readDays(QueryParameters.of(request));
    return await sendNdjson(request, reply, await this.lists.export(type, days));
  }

  @Post('batch')
  @HttpCode(200)
  @RequireScope('admin')
  @ApiOperation({
    summary: 'Save up to 1,000 reports of any types, with an outcome for each',
    description:
      'Takes a JSON:API document or lines of JSON, as exported. A report replaces the saved one with the same type, cycle ' +
      'and unique fields, so sending a batch again changes nothing.',
  })
  @ReportBatchBody()
  @ApiOkResponse(outcomesOf(['saved', 'rejected']))
  async saveMany(
    @Body() body: unknown,
    @Headers('content-type') contentType: string | undefined,
  ): Promise<{ data: BatchOutcome<{ status: 'saved' }>[] }> {
    const take = savesAll((reports: readonly Report[]) => this.repository.saveReports(reports), 'saved');
    return await processBatch({ body, contentType }, { read: readReport, take });
  }

  private toTypeResource({ id }: ReportTypeDeclaration, request: FastifyRequest): object {
    const recent = publicUrl(this.configuration, request, `/_/metrics/reports/${id}/recent/`);
    return { id, type: 'metrics-report-name', links: { recent } };
  }
}
