import { Controller, Get, Param, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { QueryParameters } from '../http/json-api/query-parameters.js';
import { RANGE_PARAMETERS, readRange } from '../http/json-api/range-parameters.js';
import { RangeQuery } from '../http/json-api/range-query.js';
import { representationFor } from '../http/responses/content-negotiation.js';
import { peekFirst } from '../http/responses/peek-first.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import type { Report } from '../model/report.js';
import type { ReportTypeDeclaration } from '../model/report-type.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import { type Cycles, cyclesWithin, defaultRange } from './cycles-within.js';
import { ReportsRoute } from './documented-reports.js';
import { readReportPages } from './read-report-pages.js';
import { ReportAccess } from './report-access.service.js';
import { sendReports } from './send-reports.js';

const MAX_REPORTS = 10_000;

@ApiTags('reports')
@Controller('reports/:id/recent')
@RequestTimeout()
export class RecentReportsController {
  constructor(
    private readonly types: ReportAccess,
    private readonly repository: MetricsRepository,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ReportsRoute('Recent reports of a type, the newest first: of the last 13 days, or 150 for monthly ones, unless said')
  @RangeQuery()
  async recent(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const type = this.types.find(id, request);
    const parameters = QueryParameters.of(request);
    parameters.refuseUnknown((name) => name === 'format' || RANGE_PARAMETERS.includes(name));
    const representation = representationFor(request);
    const today = CalendarDate.at(this.clock.now());
    const cycles = cyclesWithin(readRange(parameters, today) ?? defaultRange(type, today), type, today);
    return sendReports(reply, {
      type,
      representation,
      reports: await peekFirst(this.newestFirst(type, cycles)),
      fileName: cycles ? `${type.id}_${cycles.first.toString()}_to_${cycles.last.toString()}` : type.id,
    });
  }

  private async *newestFirst(type: ReportTypeDeclaration, cycles: Cycles | undefined): AsyncIterable<Report> {
    if (!cycles) return;
    const sort = [{ path: type.cycleField, descending: true }];
    yield* readReportPages(this.repository, type.reportClass, { ...cycles, sort, limit: MAX_REPORTS });
  }
}
