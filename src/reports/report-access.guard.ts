import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ReportAccess } from './report-access.service.js';
import { getReportType, unknownReport } from './report-type.pipe.js';

type ReportRequest = FastifyRequest<{ Params: { id: string } }>;

/** Returns 404 for a report type that the request must not read, as for an unknown one, so that its ID stays private. */
@Injectable()
export class ReportAccessGuard implements CanActivate {
  constructor(private readonly access: ReportAccess) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<ReportRequest>();
    const { id, reportClass } = getReportType(request.params.id);
    if (!this.access.canRead(reportClass, request)) throw unknownReport(id);
    return true;
  }
}
