import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Configuration } from '../config/configuration.js';
import { linkPages, linkTo, type Page } from '../http/json-api/links.js';
import { isTabular, type Representation, toRepresentation } from '../http/responses/content-negotiation.js';
import type { NdjsonExport } from '../http/responses/ndjson.interceptor.js';
import { peekFirst } from '../http/responses/peek-first.js';
import type { Report } from '../model/report.js';
import type { ReportTypeDeclaration } from '../model/report-type.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { ReportQuery } from '../storage/report-query.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import type { Days } from '../time/date-range.js';
import { DeletedUserBlanking } from './institutions/deleted-user-blanking.service.js';
import { isAboutItems, ItemTitles } from './item-titles.service.js';
import { ImportedItemUsage } from './monthly/imported-item-usage.service.js';
import { cycleOf, type Cycles, cyclesWithin, defaultRange } from './report-cycles.js';
import type { ReportList } from './report-list.interceptor.js';
import { streamReportPages } from './report-pages.js';
import type { ListReportsQuery, RecentReportsQuery } from './report-query.dto.js';
import { toResources } from './report-resource.js';
import { columnsOf } from './report-table.js';
import { isViewable } from './report-types.js';

const MAX_RECENT_REPORTS = 10_000;

/** The reports to list, and how to name them. */
export interface ReportListing extends Pick<ReportList, 'fileName'> {
  readonly type: ReportTypeDeclaration;
  /** JSON:API type of the resources; defaults to that of the report type. */
  readonly resourceType?: string;
  readonly query: ReportQuery;
}

interface ListedReports extends Pick<ReportList, 'meta' | 'links'> {
  readonly reports: Iterable<Report> | AsyncIterable<Report>;
}

/** Reads and imports reports for the API. */
@Injectable()
export class ReportsService {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
    private readonly importedItemUsage: ImportedItemUsage,
    private readonly deletedUsers: DeletedUserBlanking,
    private readonly itemTitles: ItemTitles,
  ) {}

  /** Lists one page; for a file, all reports unless the request names a page. */
  async list(
    listing: ReportListing,
    { format, bom, page, isPaged }: ListReportsQuery,
    request: FastifyRequest,
  ): Promise<ReportList> {
    const representation = toRepresentation(format, request.headers.accept);
    const self = linkTo(this.configuration, request.url);
    const listsAll = representation !== 'json:api' && !isPaged;
    const { reports, ...members } = listsAll
      ? await this.listAll(listing, self)
      : await this.listPage(listing, page, self);
    const list = await this.toReportList(listing, reports, representation);
    return { ...list, ...members, byteOrderMark: bom === 'true' };
  }

  /** Lists the newest reports of the cycles within the range, newest first. */
  async listRecent(
    type: ReportTypeDeclaration,
    query: RecentReportsQuery,
    request: FastifyRequest,
  ): Promise<ReportList> {
    const representation = toRepresentation(query.format, request.headers.accept);
    const today = CalendarDate.at(this.clock.now());
    const cycles = cyclesWithin(query.range(today) ?? defaultRange(type, today), type, today);
    const fileName = cycles ? `${type.id}_${cycles.first.toString()}_to_${cycles.last.toString()}` : type.id;
    const list = await this.toReportList({ type, fileName }, this.streamNewestFirst(type, cycles), representation);
    return { ...list, byteOrderMark: query.bom === 'true' };
  }

  /** Returns the reports of the cycles that contain a day of the range, oldest first, as resources. */
  async export(type: ReportTypeDeclaration, { from, until }: Days): Promise<NdjsonExport> {
    const query: ReportQuery = {
      first: from && cycleOf(from, type),
      last: until && cycleOf(until, type),
      sort: [{ path: type.cycleField, descending: false }],
    };
    const total = await this.repository.countReports(type.reportClass, query);
    const reports = streamReportPages(this.repository, type.reportClass, query);
    return { total, values: toResources(this.deletedUsers.blank(reports)) };
  }

  /** Saves imported reports, and adds the item usage among them to the monthly usage. */
  async import(reports: readonly Report[]): Promise<void> {
    await this.repository.saveReports(reports);
    await this.importedItemUsage.add(reports);
  }

  private async *streamNewestFirst(type: ReportTypeDeclaration, cycles: Cycles | undefined): AsyncIterable<Report> {
    if (!cycles) return;
    const sort = [{ path: type.cycleField, descending: true }];
    const query = { ...cycles, sort, limit: MAX_RECENT_REPORTS };
    yield* streamReportPages(this.repository, type.reportClass, query);
  }

  private async listAll({ type, query }: ReportListing, self: string): Promise<ListedReports> {
    const total = await this.repository.countReports(type.reportClass, query);
    const reports = streamReportPages(this.repository, type.reportClass, query);
    return { reports, meta: { total }, links: { self } };
  }

  private async listPage({ type, query }: ReportListing, page: Page, self: string): Promise<ListedReports> {
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

  private async toReportList(
    { type, resourceType, fileName }: Omit<ReportListing, 'query'>,
    reports: ListedReports['reports'],
    representation: Representation,
  ): Promise<ReportList> {
    const resources = toResources(this.deletedUsers.blank(reports), resourceType);
    const hasTitles = isTabular(representation) && isAboutItems(type);
    const { values } = await peekFirst(hasTitles ? this.itemTitles.add(resources) : resources);
    return {
      representation,
      resources: values,
      columns: columnsOf(type),
      isPublic: isViewable(type.reportClass),
      fileName,
    };
  }
}
