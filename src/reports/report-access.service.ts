import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiKeys } from '../http/auth/api-keys.service.js';
import type { ReportClass } from '../model/report-type.js';
import { isViewable } from './report-types.js';

@Injectable()
export class ReportAccess {
  constructor(private readonly apiKeys: ApiKeys) {}

  /** Anyone can read viewable reports; private ones take a key with the scope `reports:read-private`. */
  canRead(reportClass: ReportClass, request: FastifyRequest): boolean {
    return isViewable(reportClass) || this.apiKeys.allows(request, 'reports:read-private');
  }
}
