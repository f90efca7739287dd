import { METHODS } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { ApiError } from '../json-api/api-error.js';

/** OPTIONS is answered everywhere, for pages of other origins; CONNECT is not about a path. */
const REFUSED_METHODS = METHODS.filter((method) => method !== 'OPTIONS' && method !== 'CONNECT');

/**
 * Answers 405 with `Allow` where a route exists, but not for the method of the request. (Fastify would answer 404.)
 *
 * @returns `register`, to be called once all routes are there
 */
export function rejectOtherMethods(fastify: FastifyInstance): { register(): void } {
  const methodsOfUrl = new Map<string, Set<string>>();
  let complete = false;
  fastify.addHook('onRoute', ({ url, method }) => {
    if (complete || url.includes('*')) return;
    const path = url.replace(/(?<=.)\/$/, '');
    const methods = methodsOfUrl.get(path) ?? new Set<string>();
    for (const each of [method].flat()) methods.add(each.toUpperCase());
    methodsOfUrl.set(path, methods);
  });

  return {
    register() {
      complete = true;
      for (const method of REFUSED_METHODS) {
        if (!fastify.supportedMethods.includes(method)) fastify.addHttpMethod(method);
      }
      for (const [url, methods] of methodsOfUrl) {
        const allow = [...methods].sort().join(', ');
        const missing = REFUSED_METHODS.filter((method) => !methods.has(method));
        if (missing.length === 0) continue;
        const refuse = (): never => {
          throw new ApiError(405, 'Method Not Allowed', { detail: `allowed: ${allow}` }, { Allow: allow });
        };
        // Before anything is said about the body, which is of no interest.
        fastify.route({ method: missing, url, onRequest: refuse, handler: refuse });
      }
    },
  };
}
