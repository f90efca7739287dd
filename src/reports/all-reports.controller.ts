import { Controller, Get, Param, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnswerWithin, READING_MILLISECONDS } from '../http/answer-within.js';
import { QueryParameters } from '../http/query-parameters.js';
import { ListQuery, ReportsRoute } from './documented-reports.js';
import { ReadableReportTypes } from './readable-report-types.js';
import { readFilters, readSort } from './report-filters.js';
import { isListParameter, ReportLists } from './report-lists.js';

@ApiTags('reports')
@Controller('_/metrics/reports/:id')
@AnswerWithin(READING_MILLISECONDS)
export class AllReportsController {
  constructor(
    private readonly types: ReadableReportTypes,
    private readonly lists: ReportLists,
  ) {}

  @Get()
  @ReportsRoute('All reports of a type, a page at a time')
  @ListQuery()
  async list(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const type = this.types.find(id, request);
    const parameters = QueryParameters.of(request);
    parameters.refuseUnknown(isListParameter);
    const query = {
      filters: readFilters(parameters, type.reportClass),
      sort: readSort(parameters, type.reportClass, `-${type.cycleField}`),
    };
    return await this.lists.send(request, reply, { type, query, fileName: type.id });
  }
}
