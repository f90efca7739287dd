import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Scope } from '../../config/api-key.js';
import { AddRouteConfig } from '../json-api/add-route-config.js';
import { ApiError } from '../json-api/api-error.js';
import type { ApiKeys } from './api-keys.service.js';

interface ScopedRoute {
  readonly requiredScope?: Scope;
}

/** Requires an API key with the scope: returns 401 without a valid key, and 403 when the key lacks the scope. */
export function RequireScope(scope: Scope): MethodDecorator {
  const config: ScopedRoute = { requiredScope: scope };
  return applyDecorators(AddRouteConfig(config), ApiBearerAuth());
}

/**
 * Checks the key of each request to a route with `@RequireScope`. A Nest guard would run after the body was read: a hook
 * checks the key first, so that a client without one cannot make the service read 16 MiB.
 */
export function checkScopes(fastify: FastifyInstance, apiKeys: ApiKeys): void {
  fastify.addHook('onRoute', (route) => {
    const { requiredScope } = (route.config ?? {}) as ScopedRoute;
    if (requiredScope === undefined) return;
    route.onRequest = [
      ...[route.onRequest ?? []].flat(),
      (request, _reply, done) => {
        if (!apiKeys.allows(request, requiredScope)) throw scopeError(apiKeys, request, requiredScope);
        done();
      },
    ];
  });
}

/** The error of a request whose key lacks the scope: 403, or 401 without a key. */
export function scopeError(apiKeys: ApiKeys, request: FastifyRequest, scope: Scope): ApiError {
  if (apiKeys.find(request)) return new ApiError(403, 'Forbidden', { detail: `the API key lacks the scope ${scope}` });
  const isUnknown = request.headers.authorization !== undefined;
  return new ApiError(
    401,
    'Unauthorized',
    {
      detail: `${isUnknown ? 'the API key is unknown: ' : ''}an API key with the scope ${scope} is required`,
      source: { header: 'Authorization' },
    },
    { 'WWW-Authenticate': 'Bearer' },
  );
}
