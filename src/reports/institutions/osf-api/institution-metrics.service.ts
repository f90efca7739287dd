import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Configuration } from '../../../config/configuration.js';
import { linkTo } from '../../../http/json-api/links.js';
import type { FilterParameter } from '../../../http/json-api/query-parameter.decorators.js';
import { type Representation, toRepresentation } from '../../../http/responses/content-negotiation.js';
import { peekFirst } from '../../../http/responses/peek-first.js';
import { MetricsRepository } from '../../../storage/metrics.repository.js';
import { Clock } from '../../../time/clock.js';
import { YearMonth } from '../../../time/year-month.js';
import { MonthlyInstitutionalUserReport } from '../../monthly/institutional-user.js';
import { selectReports } from '../../report-filters.js';
import type { ReportList } from '../../report-list.interceptor.js';
import { streamReportPages } from '../../report-pages.js';
import type { ReportResource } from '../../report-resource.js';
import { InstitutionReports, type MonthQuery } from '../institution-reports.service.js';
import type {
  InstitutionDepartmentsQuery,
  InstitutionMetricsQuery,
  InstitutionUsersQuery,
} from './osf-api-query.dto.js';
import { toFilteredField, toReportSort, USER_FIELDS } from './osf-fields.js';
import { linkOsfPages, type OsfPage, readPageNumber } from './osf-page.js';
import { NO_DEPARTMENT, OsfResources } from './osf-resources.js';

/** The version of the OSF's API whose shapes the routes have. */
const VERSION = '2.20';
const DEFAULT_SORT = '-storage_byte_count';
const USER_COLUMNS = Object.keys(USER_FIELDS);

/** A document with one resource; without data if there is no report. */
export interface SummaryDocument {
  readonly data?: ReportResource;
  readonly meta: object;
}

/** Reads reports of an institution in the shapes of the OSF's API. */
@Injectable()
export class InstitutionMetrics {
  constructor(
    private readonly reports: InstitutionReports,
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
  ) {}

  async summarize(id: string, { report_yearmonth }: InstitutionMetricsQuery): Promise<SummaryDocument> {
    const summary = await this.reports.findSummary(id, report_yearmonth);
    const meta = { version: VERSION };
    return summary ? { data: this.resourcesOf(id).toSummary(summary), meta } : { meta };
  }

  async listUsers(id: string, query: InstitutionUsersQuery, request: FastifyRequest): Promise<ReportList> {
    const representation = toRepresentation(query.format, request.headers.accept);
    const selection = selectReports(
      { filters: query.filters.map(toReportFilter), sort: query.sort && toReportSort(query.sort) },
      MonthlyInstitutionalUserReport,
      DEFAULT_SORT,
    );
    const users = await this.reports.findUserSelection(id, query.report_yearmonth);
    const reportQuery = users && { ...users, filters: [...users.filters, ...selection.filters], sort: selection.sort };
    const page = await this.readPage(reportQuery, query);
    const position = isFile(representation) ? {} : { offset: (page.number - 1) * page.size, limit: page.size };
    const resources = this.resourcesOf(id);
    return {
      representation,
      resources: (await peekFirst(this.streamUsers(reportQuery && { ...reportQuery, ...position }, resources))).values,
      columns: USER_COLUMNS,
      isPublic: false,
      fileName: this.fileName('institution-user-metrics'),
      meta: { total: page.total, per_page: page.size, version: VERSION },
      links: linkOsfPages(this.urlOf(request), page),
    };
  }

  async listDepartments(id: string, query: InstitutionDepartmentsQuery, request: FastifyRequest): Promise<ReportList> {
    const users = await this.reports.findUserSelection(id, query.report_yearmonth);
    const departments = users ? await this.reports.countByDepartment(users) : [];
    const found = departments
      .map((department) => this.resourcesOf(id).toDepartment(department))
      .filter(({ attributes }) => query.name === undefined || attributes['name'] === query.name);
    return {
      representation: toRepresentation(query.format, request.headers.accept),
      resources: stream(found),
      columns: ['name', 'number_of_users'],
      isPublic: false,
      fileName: this.fileName('institution-department-metrics'),
      meta: { total: found.length, version: VERSION },
      links: { self: this.urlOf(request) },
    };
  }

  private async readPage(
    users: MonthQuery | undefined,
    { page, pageSize: size }: InstitutionUsersQuery,
  ): Promise<OsfPage> {
    const total = users ? await this.repository.countReports(MonthlyInstitutionalUserReport, users) : 0;
    return { number: readPageNumber(page, { size, total }), size, total };
  }

  private async *streamUsers(users: MonthQuery | undefined, resources: OsfResources): AsyncIterable<ReportResource> {
    if (!users) return;
    const reports = streamReportPages(this.repository, MonthlyInstitutionalUserReport, users);
    for await (const report of reports) yield resources.toUser(report);
  }

  private resourcesOf(id: string): OsfResources {
    return new OsfResources(linkTo(this.configuration, ''), id);
  }

  private urlOf(request: FastifyRequest): string {
    return linkTo(this.configuration, request.url);
  }

  private fileName(name: string): string {
    return `${name}_${YearMonth.at(this.clock.now()).toString()}`;
  }
}

/** A JSON document is a page even when it is saved as a file, as in the OSF's API. */
function isFile(representation: Representation): boolean {
  return representation !== 'json:api' && representation !== 'json';
}

function toReportFilter(filter: FilterParameter): FilterParameter {
  const value = filter.value.trim();
  const isMissing = filter.path === 'department' && value === NO_DEPARTMENT;
  return { ...filter, path: toFilteredField(filter.path), value: isMissing ? '' : value };
}

async function* stream<T>(values: readonly T[]): AsyncIterable<T> {
  await Promise.resolve();
  yield* values;
}
