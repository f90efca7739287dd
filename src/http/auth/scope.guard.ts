import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Scope } from '../../config/api-key.js';
import { ApiError } from '../json-api/api-error.js';
import { ApiKeys } from './api-keys.service.js';

const REQUIRED_SCOPE = 'required-scope';

/** Requires an API key with the scope: returns 401 without a valid key, and 403 when the key lacks the scope. */
export function RequireScope(scope: Scope): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(REQUIRED_SCOPE, scope), UseGuards(ScopeGuard), ApiBearerAuth());
}

@Injectable()
class ScopeGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly apiKeys: ApiKeys,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const scope = this.reflector.getAllAndOverride<Scope>(REQUIRED_SCOPE, [context.getHandler(), context.getClass()]);
    requireScope(this.apiKeys, context.switchToHttp().getRequest<FastifyRequest>(), scope);
    return true;
  }
}

/** @throws ApiError 401 or 403 */
function requireScope(apiKeys: ApiKeys, request: FastifyRequest, scope: Scope): void {
  if (apiKeys.allows(request, scope)) return;
  if (apiKeys.scopesOf(request))
    throw new ApiError(403, 'Forbidden', { detail: `the API key lacks the scope ${scope}` });
  throw new ApiError(
    401,
    'Unauthorized',
    { detail: `an API key with the scope ${scope} is required`, source: { header: 'Authorization' } },
    { 'WWW-Authenticate': 'Bearer' },
  );
}
