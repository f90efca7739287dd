import { once } from 'node:events';
import { createServer } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Configuration } from '../../config/configuration.js';
import { ApiError } from '../json-api/api-error.js';
import { DOCS_PATH, OPEN_API_PATH } from '../open-api/open-api.js';
import { CONNECTION_TIMEOUTS, limitConnections } from './connections.js';

/** The beginnings of the routes that only operators need. */
const OPERATIONS_ROUTES = ['/metrics', `/${DOCS_PATH}`, `/${OPEN_API_PATH}`];
/** Both ports serve them. */
const HEALTH_ROUTES = '/health/';

/**
 * With `OPERATIONS_PORT`, serves Prometheus metrics and the API documentation on that port alone, so that a proxy in front
 * of the main port does not publish them. Call it before other hooks are added.
 */
export function separateOperations(fastify: FastifyInstance, configuration: Configuration): void {
  const { host, operationsPort } = configuration;
  if (operationsPort === 0) return;
  const operationsRequests = new WeakSet();
  const server = createServer(CONNECTION_TIMEOUTS, (request, response) => {
    operationsRequests.add(request);
    fastify.routing(request, response);
  });
  limitConnections(server, configuration);

  fastify.addHook('onRequest', (request, _reply, done) => {
    const route = request.routeOptions.url ?? '';
    const isOperations = OPERATIONS_ROUTES.some((each) => route.startsWith(each));
    const isServed = route.startsWith(HEALTH_ROUTES) || isOperations === operationsRequests.has(request.raw);
    if (isServed) return done();
    const port = isOperations ? 'OPERATIONS_PORT' : 'PORT';
    done(new ApiError(404, 'Not Found', { detail: `the service serves this path on ${port}` }));
  });
  fastify.addHook('onReady', async () => {
    server.listen(operationsPort, host);
    await once(server, 'listening').catch((error: unknown) => {
      throw new Error(`cannot listen on HOST=${host}, OPERATIONS_PORT=${operationsPort}`, { cause: error });
    });
  });
  fastify.addHook('onClose', (_instance, done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
