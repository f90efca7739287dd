import { Controller, Get, Param, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DaysQuery, readDays } from '../http/days.js';
import { ErrorAnswers } from '../http/documented.js';
import { QueryParameters } from '../http/query-parameters.js';
import { RequireScope } from '../http/require-scope.js';
import { answerLines, LinesAnswer } from '../http/answer-lines.js';
import { MetricsRepository } from '../storage/metrics-repository.js';
import type { ReportQuery } from '../storage/report-query.js';
import type { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';
import { readInPages } from './read-in-pages.js';
import { ReadableReportTypes } from './readable-report-types.js';
import { type ReportResource, toResource } from './report-resource.js';
import type { ReportTypeDeclaration } from './report-type.js';
import type { Cycle, Report } from './report.js';

@ApiTags('reports')
@Controller('_/metrics/reports/:id/export')
export class ReportExportController {
  constructor(
    private readonly types: ReadableReportTypes,
    private readonly repository: MetricsRepository,
  ) {}

  @Get()
  @RequireScope('admin')
  @ApiOperation({
    summary: 'All reports of a type, the oldest first, as lines of JSON that can be imported again',
    description: 'Of a range of days: the monthly reports whose months have one of these days.',
  })
  @ApiParam({ name: 'id', example: 'download_count' })
  @DaysQuery()
  @ErrorAnswers(400, 404)
  @LinesAnswer('A report a line, as a JSON:API resource')
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
    const values = resourcesOf(readInPages(this.repository, type.reportClass, query));
    return await answerLines(request, reply, { total, values });
  }
}

function cycleOf(day: CalendarDate, { period }: ReportTypeDeclaration): Cycle {
  return period === 'daily' ? day : YearMonth.of(day);
}

async function* resourcesOf(reports: AsyncIterable<Report>): AsyncIterable<ReportResource> {
  for await (const report of reports) yield toResource(report);
}
