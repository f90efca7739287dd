import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiKeys } from '../http/auth/api-keys.service.js';
import { ApiError } from '../http/json-api/api-error.js';

/**
 * Requires an API key with the scope `admin`. Returns 405 without one: the clients of the OSF know the route as one that
 * allows only POST.
 */
@Injectable()
export class ExportGuard implements CanActivate {
  constructor(private readonly apiKeys: ApiKeys) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.apiKeys.allows(context.switchToHttp().getRequest<FastifyRequest>(), 'admin')) return true;
    const detail = 'allowed: POST; an API key with the scope admin also allows GET and HEAD';
    throw new ApiError(405, 'Method Not Allowed', { detail }, { Allow: 'POST' });
  }
}
