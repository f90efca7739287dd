import { Controller, Get, Param, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequireScope } from '../http/auth/scope.guard.js';
import { ExportRangeQuery, readDays } from '../http/json-api/export-range.js';
import { QueryParameters } from '../http/json-api/query-parameters.js';
import { ApiErrorResponses } from '../http/open-api/documented.js';
import { NdjsonResponse, sendNdjson } from '../http/responses/ndjson.js';
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
@Controller('_/metrics/reports/:id/export')
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
  @ExportRangeQuery()
  @ApiErrorResponses(400, 404)
  @NdjsonResponse('A report a line, as a JSON:API resource')
  async export(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const type = this.types.find(id, request);
    const { from, until } = readDays(QueryParameters.of(request));
    const query: ReportQuery = {
      first: from && cycleOf(from, type),
      last: until && cycleOf(until, type),
      sort: [{ path: type.cycleField, descending: false }],
    };
    const total = await this.repository.countReports(type.reportClass, query);
    const values = resourcesOf(readReportPages(this.repository, type.reportClass, query));
    return await sendNdjson(request, reply, { total, values });
  }
}

function cycleOf(day: CalendarDate, { period }: ReportTypeDeclaration): Cycle {
  return period === 'daily' ? day : YearMonth.of(day);
}

async function* resourcesOf(reports: AsyncIterable<Report>): AsyncIterable<ReportResource> {
  for await (const report of reports) yield toResource(report);
}
