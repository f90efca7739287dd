import { METHODS } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { ErrorFormatRoute } from '../json-api/api-error.filter.js';
import { ApiError } from '../json-api/api-error.js';

/** All but OPTIONS, which CORS handles on every route, and CONNECT, which has no path. */
const REJECTABLE_METHODS = METHODS.filter((method) => method !== 'OPTIONS' && method !== 'CONNECT');

/**
 * Returns 405 with `Allow` where a path has routes, but none for the method. Fastify would return 404.
 *
 * @returns `register`, to be called after all routes are registered
 */
export function rejectOtherMethods(fastify: FastifyInstance): { register(): void } {
  const methodsOfUrl = new Map<string, Set<string>>();
  const formatOfUrl = new Map<string, ErrorFormatRoute['formatError']>();
  let complete = false;
  fastify.addHook('onRoute', ({ url, method, config }) => {
    if (complete || url.includes('*')) return;
    const path = url.replace(/(?<=.)\/$/, '');
    const methods = methodsOfUrl.get(path) ?? new Set<string>();
    for (const each of [method].flat()) methods.add(each.toUpperCase());
    methodsOfUrl.set(path, methods);
    formatOfUrl.set(path, ((config ?? {}) as ErrorFormatRoute).formatError);
  });

  return {
    register() {
      complete = true;
      for (const method of REJECTABLE_METHODS) {
        if (!fastify.supportedMethods.includes(method)) fastify.addHttpMethod(method);
      }
      for (const [url, methods] of methodsOfUrl) {
        const allow = [...methods].sort().join(', ');
        const missing = REJECTABLE_METHODS.filter((method) => !methods.has(method));
        if (missing.length === 0) continue;
        const reject = (): never => {
          throw new ApiError(405, 'Method Not Allowed', { detail: `allowed: ${allow}` }, { Allow: allow });
        };
        // On request, before the body is parsed.
        fastify.route({
          method: missing,
          url,
          config: { formatError: formatOfUrl.get(url) } as object,
          onRequest: reject,
          handler: reject,
        });
      }
    },
  };
}
