import { Controller, Get, Param, Req } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RequireScope } from '../http/auth/scope.guard.js';
import { ExportQuery } from '../http/json-api/export-query.dto.js';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import { ApiErrorResponses } from '../http/open-api/api-responses.js';
import { type NdjsonExport, NdjsonResponse } from '../http/responses/ndjson.interceptor.js';
import type { Cycle, Report } from '../model/report.js';
import type { ReportTypeDeclaration } from '../model/report-type.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { ReportQuery } from '../storage/report-query.js';
import type { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';
import { readReportPages } from './read-report-pages.js';
import { ReportAccess } from './report-access.service.js';
import { type ReportResource, toResource } from './report-resource.js';

@ApiTags('reports')
@Controller('reports/:id/export')
export class ReportExportController {
  constructor(
    private readonly types: ReportAccess,
    private readonly repository: MetricsRepository,
  ) {}

  @Get()
  @RequireScope('admin')
  @ApiOperation({
    summary: 'All reports of a type, the oldest first, as lines of JSON that can be imported again',
    description: 'Of a range of days: the monthly reports whose months have one of these days.',
  })
  @ApiParam({ name: 'id', example: 'download_count' })
  @ApiErrorResponses(400, 404)
  @NdjsonResponse('A report a line, as a JSON:API resource')
  async export(
    @Param('id') id: string,
    @QueryDto(ExportQuery) { from, until }: ExportQuery,
    @Req() request: FastifyRequest,
  ): Promise<NdjsonExport> {
    const type = this.types.find(id, request);
    const query: ReportQuery = {
      first: from && cycleOf(from, type),
      last: until && cycleOf(until, type),
      sort: [{ path: type.cycleField, descending: false }],
    };
    const total = await this.repository.countReports(type.reportClass, query);
    const values = resourcesOf(readReportPages(this.repository, type.reportClass, query));
    return { total, values };
  }
}

function cycleOf(day: CalendarDate, { period }: ReportTypeDeclaration): Cycle {
  return period === 'daily' ? day : YearMonth.of(day);
}

async function* resourcesOf(reports: AsyncIterable<Report>): AsyncIterable<ReportResource> {
  for await (const report of reports) yield toResource(report);
}
