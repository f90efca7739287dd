import { Injectable, type StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Configuration } from '../config/configuration.js';
import { publicUrl } from '../http/json-api/links.js';
import { linkPages, type Page, PAGE_PARAMETERS, readPage } from '../http/json-api/pagination.js';
import { QueryParameters } from '../http/json-api/query-parameters.js';
import { representationFor } from '../http/responses/content-negotiation.js';
import { peekFirst } from '../http/responses/peek-first.js';
import type { Report } from '../model/report.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { ReportQuery } from '../storage/report-query.js';
import { readReportPages } from './read-report-pages.js';
import { isFilter } from './report-filters.js';
import { type ReportResponse, sendReports } from './send-reports.js';

const OTHER_PARAMETERS = [...PAGE_PARAMETERS, 'sort', 'format'];
/** A cursor is the id of the report after which the page begins. */
const CURSOR = /^[\w-]{22}$/;

/** Which reports a list holds, and how they are called. */
export interface ReportList extends Pick<ReportResponse, 'type' | 'resourceType' | 'fileName'> {
  readonly query: ReportQuery;
}

type Listing = Pick<ReportResponse, 'reports' | 'meta' | 'links'>;

/** Whether the parameter says what part of a list is asked for, and in what form. */
export function isListParameter(name: string): boolean {
  return isFilter(name) || OTHER_PARAMETERS.includes(name);
}

/** Sends lists of reports a page at a time; as a file whole, unless a page is asked for. */
@Injectable()
export class ReportLists {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
  ) {}

  async send(request: FastifyRequest, reply: FastifyReply, list: ReportList): Promise<StreamableFile> {
    const parameters = QueryParameters.of(request);
    const representation = representationFor(request);
    const page = readPage(parameters, CURSOR);
    const isWhole = representation !== 'json:api' && !PAGE_PARAMETERS.some((name) => parameters.has(name));
    const self = publicUrl(this.configuration, request, request.url);
    const listing = isWhole ? await this.whole(list, self) : await this.page(list, page, self);
    return sendReports(reply, { ...list, ...listing, representation });
  }

  private async whole({ type, query }: ReportList, self: string): Promise<Listing> {
    const total = await this.repository.countReports(type.reportClass, query);
    const reports = await peekFirst(readReportPages(this.repository, type.reportClass, query));
    return { reports, meta: { total }, links: { self } };
  }

  private async page({ type, query }: ReportList, page: Page, self: string): Promise<Listing> {
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
