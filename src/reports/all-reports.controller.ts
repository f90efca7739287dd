import { Controller, Get, Param, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Configuration } from '../config/configuration.js';
import { linkPages, type Page, PAGE_PARAMETERS, readPage } from '../http/paging.js';
import { publicUrl } from '../http/public-url.js';
import { QueryParameters } from '../http/query-parameters.js';
import { representationFor } from '../http/representation.js';
import { started } from '../http/started.js';
import { MetricsRepository } from '../storage/metrics-repository.js';
import type { ReportQuery } from '../storage/report-query.js';
import { ListQuery, ReportsRoute } from './documented-reports.js';
import { readInPages } from './read-in-pages.js';
import { ReadableReportTypes } from './readable-report-types.js';
import { isFilter, readFilters, readSort } from './report-filters.js';
import type { ReportTypeDeclaration } from './report-type.js';
import type { Report } from './report.js';
import { type ReportAnswer, sendReports } from './send-reports.js';

const OTHER_PARAMETERS = [...PAGE_PARAMETERS, 'sort', 'format'];
/** A cursor is the id of the report after which the page begins. */
const CURSOR = /^[\w-]{22}$/;

type Listing = Pick<ReportAnswer, 'reports' | 'meta' | 'links'>;

@ApiTags('reports')
@Controller('_/metrics/reports/:id')
export class AllReportsController {
  constructor(
    private readonly types: ReadableReportTypes,
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
  ) {}

  /** A file holds all reports, unless a page is asked for. */
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
    parameters.refuseUnknown((name) => isFilter(name) || OTHER_PARAMETERS.includes(name));
    const representation = representationFor(request);
    const query: ReportQuery = {
      filters: readFilters(parameters, type.reportClass),
      sort: readSort(parameters, type.reportClass, type.cycleField),
    };
    const page = readPage(parameters, CURSOR);
    const isWhole = representation !== 'json:api' && !PAGE_PARAMETERS.some((name) => parameters.has(name));
    const self = publicUrl(this.configuration, request, request.url);
    const answer = isWhole ? await this.whole(type, query, self) : await this.page(type, query, page, self);
    return sendReports(reply, { ...answer, type, representation, fileName: type.id });
  }

  private async whole(type: ReportTypeDeclaration, query: ReportQuery, self: string): Promise<Listing> {
    const total = await this.repository.countReports(type.reportClass, query);
    const reports = await started(readInPages(this.repository, type.reportClass, query));
    return { reports, meta: { total }, links: { self } };
  }

  private async page(type: ReportTypeDeclaration, query: ReportQuery, page: Page, self: string): Promise<Listing> {
    const { size, number = 1, after } = page;
    const total = await this.repository.countReports(type.reportClass, query);
    const offset = (number - 1) * size;
    // One more than the page holds tells whether another page follows.
    const position = { limit: size + 1, ...(after === undefined ? { offset } : { afterId: after }) };
    const found: Report[] = [];
    if (offset < total) {
      const reports = this.repository.streamReports(type.reportClass, { ...query, ...position });
      for await (const report of reports) found.push(report);
    }
    const reports = found.slice(0, size);
    const nextCursor = found.length > size ? reports.at(-1)?.id : undefined;
    return { reports, meta: { total }, links: linkPages(self, page, { total, nextCursor }) };
  }
}
