import { Controller, Get, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequireScope } from '../http/auth/require-scope.js';
import { type BatchOutcome, processBatch, saveAll } from '../http/json-api/batch.js';
import { ExportQuery } from '../http/json-api/export-query.dto.js';
import { BodyBatchParameter } from '../http/json-api/json-api-body.pipe.js';
import { NoQuery, QueryDto } from '../http/json-api/query-dto.pipe.js';
import type { Validated } from '../http/json-api/validate.js';
import { ApiOptionalAuth } from '../http/open-api/api-optional-auth.js';
import { ApiErrorResponses, BatchResponse } from '../http/open-api/api-responses.js';
import { addVary, setCacheControl } from '../http/responses/cache-headers.js';
import { type NdjsonExport, NdjsonResponse } from '../http/responses/ndjson.interceptor.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import type { Report } from '../model/report.js';
import type { ReportTypeDeclaration } from '../model/report-type.js';
import { ReportPipe } from './report.pipe.js';
import { ReportAccessGuard } from './report-access.guard.js';
import { ReportAccess } from './report-access.service.js';
import { ReportBatchBody, ReportsOfTypeResponse, ReportTypesResponse } from './report-documentation.js';
import { selectReports } from './report-filters.js';
import type { ReportList } from './report-list.interceptor.js';
import { ListReportsQuery, RecentReportsQuery } from './report-query.dto.js';
import { ReportTypePipe } from './report-type.pipe.js';
import { ReportTypeList, type ReportTypeResource } from './report-type-list.service.js';
import { ALL_REPORTS, isViewable } from './report-types.js';
import { ReportsService } from './reports.service.js';

@ApiTags('reports')
@Controller('reports')
export class ReportsController {
  constructor(
    private readonly access: ReportAccess,
    private readonly reports: ReportsService,
    private readonly types: ReportTypeList,
  ) {}

  @Get()
  @NoQuery()
  @RequestTimeout()
  @ApiOptionalAuth()
  @ApiOperation({
    operationId: 'listReportTypes',
    summary: 'Lists the report types, with their fields and their latest cycle',
  })
  @ReportTypesResponse()
  @ApiErrorResponses(400, 429, 503)
  async listTypes(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ data: ReportTypeResource[] }> {
    const readable = ALL_REPORTS.filter((reportClass) => this.access.canRead(reportClass, request));
    setCacheControl(reply, readable.every(isViewable));
    addVary(reply, 'Authorization');
    return { data: await this.types.list(readable) };
  }

  @Get(':id')
  @UseGuards(ReportAccessGuard)
  @RequestTimeout()
  @ApiOptionalAuth()
  @ApiOperation({ operationId: 'listReports', summary: 'Lists the reports of a type, page by page' })
  @ReportsOfTypeResponse()
  async list(
    @Param('id', ReportTypePipe) type: ReportTypeDeclaration,
    @QueryDto(ListReportsQuery) query: ListReportsQuery,
    @Req() request: FastifyRequest,
  ): Promise<ReportList> {
    const selection = selectReports(query, type.reportClass, `-${type.cycleField}`);
    return await this.reports.list({ type, query: selection, fileName: type.id }, query, request);
  }

  @Get(':id/recent')
  @UseGuards(ReportAccessGuard)
  @RequestTimeout()
  @ApiOptionalAuth()
  @ApiOperation({
    operationId: 'listRecentReports',
    summary: 'Lists recent reports of a type, newest first',
    description: 'Without a range: the last 13 days for daily reports, the last 150 days for monthly ones.',
  })
  @ReportsOfTypeResponse()
  async listRecent(
    @Param('id', ReportTypePipe) type: ReportTypeDeclaration,
    @QueryDto(RecentReportsQuery) query: RecentReportsQuery,
    @Req() request: FastifyRequest,
  ): Promise<ReportList> {
    return await this.reports.listRecent(type, query, request);
  }

  @Get(':id/export')
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'exportReports',
    summary: 'Exports the reports of a type, oldest first, as NDJSON that a batch accepts',
    description: 'A range of days includes the monthly reports of every month that it overlaps.',
  })
  @ApiParam({ name: 'id', type: String, example: 'download_count' })
  @NdjsonResponse('A report per line, as a JSON:API resource')
  @ApiErrorResponses(400, 404)
  async export(
    @Param('id', ReportTypePipe) type: ReportTypeDeclaration,
    @QueryDto(ExportQuery) days: ExportQuery,
  ): Promise<NdjsonExport> {
    return await this.reports.export(type, days);
  }

  @Post('batch')
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'saveReports',
    summary: 'Saves up to 1,000 reports of any types, and returns the outcome of each',
    description:
      'Takes a JSON:API document or NDJSON, as exported. A report replaces the saved one with the same type, cycle and ' +
      'unique fields, so sending a batch again changes nothing.',
  })
  @ReportBatchBody()
  @BatchResponse('saved', 'rejected')
  async saveBatch(
    @BodyBatchParameter(ReportPipe) reports: Validated<Report>[],
  ): Promise<{ data: BatchOutcome<{ status: 'saved' }>[] }> {
    return await processBatch(
      reports,
      saveAll((valid) => this.reports.import(valid), 'saved'),
    );
  }
}
