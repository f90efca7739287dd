import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Histogram, type Registry } from 'prom-client';

/**
 * Logs each request when it was answered, and measures it; one that was refused or failed is logged at the usual level.
 * What a request says of its sender is not logged: neither address nor user agent, query, headers or body.
 */
export function logRequests(fastify: FastifyInstance, logger: Logger, registry: Registry): void {
  const duration = new Histogram({
    name: 'osf_metrics_http_request_duration_seconds',
    help: 'How long requests took',
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
    const fields = { requestId: request.id, method, route, status, milliseconds: Math.round(reply.elapsedTime) };
    if (status >= 500) logger.warn(fields, 'request failed');
    else if (status >= 400) logger.info(fields, 'request refused');
    else logger.debug(fields, 'request answered');
    done();
  });
}
