import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiKeys } from '../http/auth/api-keys.service.js';
import { scopeError } from '../http/auth/require-scope.js';
import { ApiError } from '../http/json-api/api-error.js';

/**
 * Requires an API key with the scope `admin`. Returns 405 without one: the clients of the OSF know the route as one that
 * allows only POST.
 */
@Injectable()
export class ExportGuard implements CanActivate {
  constructor(private readonly apiKeys: ApiKeys) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (this.apiKeys.allows(request, 'admin')) return true;
    const [problem] = scopeError(this.apiKeys, request, 'admin').problems;
    const detail = `allowed: POST; not GET and HEAD: ${problem?.detail}`;
    throw new ApiError(405, 'Method Not Allowed', { detail }, { Allow: 'POST' });
  }
}
