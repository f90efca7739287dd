import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Histogram, type Registry } from 'prom-client';
import type { ApiKeys } from '../http/auth/api-keys.service.js';
import { requestContext } from '../http/json-api/request-context.js';

/**
 * Logs and measures each request after its response: at level warn if it failed, info if it was rejected or used an API key,
 * debug otherwise.
 */
export function logRequests(fastify: FastifyInstance, logger: Logger, registry: Registry, apiKeys: ApiKeys): void {
  const duration = new Histogram({
    name: 'osf_metrics_http_request_duration_seconds',
    help: 'Duration of HTTP requests',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    registers: [registry],
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('X-Request-Id', request.id);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'unknown';
    const status = reply.statusCode;
    duration.observe({ method, route, status }, reply.elapsedTime / 1000);
    const milliseconds = Math.round(reply.elapsedTime);
    const apiKey = apiKeys.find(request)?.name;
    const fields = { ...requestContext(request), method, route, status, milliseconds, apiKey };
    if (status >= 500) logger.warn(fields, 'request failed');
    else if (status >= 400) logger.info(fields, 'request rejected');
    else if (apiKey !== undefined) logger.info(fields, 'request with an API key completed');
    else logger.debug(fields, 'request completed');
    done();
  });
}
