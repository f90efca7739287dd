import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Configuration } from '../config/configuration.js';
import type { Days } from '../http/json-api/export-range.js';
import { linkPages, type Page, PAGE_PARAMETERS, readPage } from '../http/json-api/pagination.js';
import { publicUrl } from '../http/json-api/public-url.js';
import { QueryParameters } from '../http/json-api/query-parameters.js';
import { representationFor } from '../http/responses/content-negotiation.js';
import { started } from '../http/responses/peek-first.js';
import type { Report } from '../model/report.js';
import type { ReportTypeDeclaration } from '../model/report-type.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { ReportQuery } from '../storage/report-query.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import type { DateRange } from '../time/date-range.js';
import { cycleOf, type Cycles, cyclesWithin, defaultRange } from './report-cycles.js';
import { isFilter } from './report-filters.js';
import type { ReportList } from './report-list.interceptor.js';
import { streamReportPages } from './report-pages.js';
import { type ReportResource, toResources } from './report-resource.js';

const MAX_RECENT_REPORTS = 10_000;
/** A cursor is the ID of the last report on the previous page. */
const CURSOR = /^[\w-]{22}$/;

const LIST_PARAMETERS = [...PAGE_PARAMETERS, 'sort', 'format'];

/** Whether a parameter filters, sorts or pages a list of reports, or names its format. */
export function isListParameter(name: string): boolean {
  return isFilter(name) || LIST_PARAMETERS.includes(name);
}

/** The reports to list, and how to name them. */
export interface ReportSelection extends Pick<ReportList, 'type' | 'resourceType' | 'fileName'> {
  readonly query: ReportQuery;
}

type ListedReports = Pick<ReportList, 'reports' | 'meta' | 'links'>;

/** Reads the reports that a request asks for. */
@Injectable()
export class ReportListService {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
  ) {}

  /** Lists one page; for a file, all reports unless the request names a page. */
  async list(selection: ReportSelection, request: FastifyRequest): Promise<ReportList> {
    const parameters = QueryParameters.of(request);
    const representation = representationFor(request);
    const page = readPage(parameters, CURSOR);
    const listsAll = representation !== 'json:api' && !PAGE_PARAMETERS.some((name) => parameters.has(name));
    const self = publicUrl(this.configuration, request, request.url);
    const list = listsAll ? await this.listAll(selection, self) : await this.listPage(selection, page, self);
    return { ...selection, ...list, representation };
  }

  /** Lists the newest reports of the cycles within the range, newest first. */
  async listRecent(
    type: ReportTypeDeclaration,
    range: DateRange | undefined,
    request: FastifyRequest,
  ): Promise<ReportList> {
    const representation = representationFor(request);
    const today = CalendarDate.at(this.clock.now());
    const cycles = cyclesWithin(range ?? defaultRange(type, today), type, today);
    const reports = await started(this.streamNewestFirst(type, cycles));
    const fileName = cycles ? `${type.id}_${cycles.first.toString()}_to_${cycles.last.toString()}` : type.id;
    return { type, representation, reports, fileName };
  }

  /** Returns the reports of the cycles that contain a day of the range, oldest first, as resources. */
  async export(
    type: ReportTypeDeclaration,
    { from, until }: Days,
  ): Promise<{ total: number; values: AsyncIterable<ReportResource> }> {
    const query: ReportQuery = {
      first: from && cycleOf(from, type),
      last: until && cycleOf(until, type),
      sort: [{ path: type.cycleField, descending: false }],
    };
    const total = await this.repository.countReports(type.reportClass, query);
    return { total, values: toResources(streamReportPages(this.repository, type.reportClass, query)) };
  }

  private async *streamNewestFirst(type: ReportTypeDeclaration, cycles: Cycles | undefined): AsyncIterable<Report> {
    if (!cycles) return;
    const sort = [{ path: type.cycleField, descending: true }];
    const query = { ...cycles, sort, limit: MAX_RECENT_REPORTS };
    yield* streamReportPages(this.repository, type.reportClass, query);
  }

  private async listAll({ type, query }: ReportSelection, self: string): Promise<ListedReports> {
    const total = await this.repository.countReports(type.reportClass, query);
    const reports = await started(streamReportPages(this.repository, type.reportClass, query));
    return { reports, meta: { total }, links: { self } };
  }

  private async listPage({ type, query }: ReportSelection, page: Page, self: string): Promise<ListedReports> {
    const { size, number = 1, after } = page;
    const total = await this.repository.countReports(type.reportClass, query);
    const offset = (number - 1) * size;
    // One more than the page holds shows whether another page follows.
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
