import { Injectable, type PipeTransform } from '@nestjs/common';
import { type ApiError, notFound } from '../http/json-api/api-error.js';
import type { ReportTypeDeclaration } from '../model/report-type.js';
import { findReportType } from './report-types.js';

/** Converts the ID of a report type in a path to its declaration. */
@Injectable()
export class ReportTypePipe implements PipeTransform<string, ReportTypeDeclaration> {
  transform(id: string): ReportTypeDeclaration {
    return getReportType(id);
  }
}

/** @throws ApiError 404 */
export function getReportType(id: string): ReportTypeDeclaration {
  const type = findReportType(id);
  if (!type) throw unknownReport(id);
  return type;
}

export function unknownReport(id: string): ApiError {
  return notFound('unknown report name', `unknown report: "${id}"`);
}
