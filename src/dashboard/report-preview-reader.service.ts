import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { QueryDtoPipe } from '../http/json-api/query-dto.pipe.js';
import type { ReportTypeDeclaration } from '../model/report-type.js';
import { RecentReportsQuery } from '../reports/report-query.dto.js';
import type { ReportResource } from '../reports/report-resource.js';
import { ReportsService } from '../reports/reports.service.js';
import type { DateRange } from '../time/date-range.js';
import type { Parameters } from './page-request.js';

export const PREVIEW_LENGTH = 50;

export interface ReportPreview {
  /** Newest first. */
  readonly reports: readonly ReportResource['attributes'][];
  /** The parameters of `reports/<id>/recent` that return all reports of the range. */
  readonly parameters: Parameters;
}

/** Reads the newest reports of a range, as `reports/<id>/recent` returns them. */
@Injectable()
export class ReportPreviewReader {
  private readonly pipe = new QueryDtoPipe(RecentReportsQuery);

  constructor(private readonly reports: ReportsService) {}

  async read(
    type: ReportTypeDeclaration,
    { start, end }: Required<DateRange>,
    request: FastifyRequest,
  ): Promise<ReportPreview> {
    const parameters = { start_date: start.toString(), end_date: end.toString() };
    const query = this.pipe.transform({ ...parameters, format: 'json' });
    const { resources } = await this.reports.listRecent(type, query, request);
    const reports: ReportPreview['reports'][number][] = [];
    for await (const { attributes } of resources) {
      reports.push(attributes);
      if (reports.length === PREVIEW_LENGTH) break;
    }
    return { reports, parameters };
  }
}
