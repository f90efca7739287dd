import { Controller, Get, Param, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { QueryParameters } from '../http/json-api/query-parameters.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { ListQuery, ReportsRoute } from './documented-reports.js';
import { ReportAccess } from './report-access.service.js';
import { readFilters, readSort } from './report-filters.js';
import { isListParameter, ReportLists } from './report-list.service.js';

@ApiTags('reports')
@Controller('reports/:id')
@RequestTimeout()
export class AllReportsController {
  constructor(
    private readonly types: ReportAccess,
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
