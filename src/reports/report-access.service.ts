import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiKeys } from '../http/auth/api-keys.service.js';
import { notFound } from '../http/json-api/api-error.js';
import { type ReportClass, type ReportTypeDeclaration, reportTypeOf } from '../model/report-type.js';
import { ALL_REPORTS, findReportType, VIEWABLE_REPORTS } from './report-types.js';

/** Knows which report types a request may read: those in `VIEWABLE_REPORTS`, and with a key for it the others too. */
@Injectable()
export class ReportAccess {
  constructor(private readonly apiKeys: ApiKeys) {}

  list(request: FastifyRequest): readonly ReportTypeDeclaration[] {
    const classes = this.mayReadPrivate(request) ? ALL_REPORTS : VIEWABLE_REPORTS;
    return classes.map((reportClass) => reportTypeOf(reportClass));
  }

  /** @throws ApiError 404 for a type that does not exist, or that the request may not know of */
  find(id: string, request: FastifyRequest): ReportTypeDeclaration {
    const type = findReportType(id);
    if (type && (isViewable(type.reportClass) || this.mayReadPrivate(request))) return type;
    throw notFound('unknown report name', `unknown report: "${id}"`);
  }

  private mayReadPrivate(request: FastifyRequest): boolean {
    return this.apiKeys.allows(request, 'reports:read-private');
  }
}

/** Whether the API shows reports of the class to everybody. */
export function isViewable(reportClass: ReportClass): boolean {
  return VIEWABLE_REPORTS.includes(reportClass);
}
