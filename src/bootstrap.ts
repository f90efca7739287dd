import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { AppModule } from './app.module.js';
import type { Configuration } from './config/configuration.js';
import { formatCounterRefusal } from './counter/exceptions.js';
import { formatMissingPage } from './dashboard/page-route.js';
import { ApiKeys } from './http/auth/api-keys.service.js';
import { checkScopes } from './http/auth/require-scope.js';
import { ApiErrorFilter, sendError } from './http/json-api/api-error.filter.js';
import { API_PREFIX, OSF_API_PREFIX } from './http/json-api/protocol.js';
import { serveOpenApi } from './http/open-api/open-api.js';
import { BODY_LIMIT_BYTES, parseBodies } from './http/server/body-parsing.js';
import { limitConcurrentReads } from './http/server/concurrent-reads.js';
import { CONNECTION_TIMEOUTS, limitConnections } from './http/server/connections.js';
import { corsOptions } from './http/server/cors.js';
import { closeConnectionsOnShutdown } from './http/server/graceful-shutdown.js';
import { rejectMalformedRequest } from './http/server/malformed-requests.js';
import { rejectOtherMethods } from './http/server/method-not-allowed.js';
import { serveOpenData } from './http/server/open-data-routes.js';
import { separateOperations } from './http/server/operations-port.js';
import { refuseOverload } from './http/server/overload.js';
import { limitRate } from './http/server/rate-limit.js';
import { addSecurityHeaders } from './http/server/security-headers.js';
import { warnOfSetup } from './http/server/setup-warnings.js';
import { SharedResponses } from './http/server/shared-responses.js';
import { createLogger, NestLogger } from './operations/logger.js';
import { logRequests } from './operations/request-logging.js';
import { Clock } from './time/clock.js';

const SHUTDOWN_TIMEOUT_MILLISECONDS = 10_000;

/** Routes outside the API. */
const UNPREFIXED_ROUTES = ['health/live', 'health/ready', 'metrics', `${OSF_API_PREFIX}/*path`];

/** Builds the complete HTTP app. The caller makes it listen. */
export async function createHttpApp(
  configuration: Configuration,
  { clock = new Clock() }: { clock?: Clock } = {},
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    serverFactory: (handler: RequestListener) =>
      createServer(CONNECTION_TIMEOUTS, refuseOverload(handler, formatCounterRefusal)),
    // Requests that arrive during shutdown are served as usual: the store is closed last.
    return503OnClosing: false,
    trustProxy: (_address, hop) => hop < configuration.trustedProxies,
    genReqId: () => randomUUID(),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 255 },
    // For requests that Fastify rejects before routing: a malformed URL, or a path parameter that is too long.
    frameworkErrors: sendError,
    clientErrorHandler: rejectMalformedRequest,
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  separateOperations(fastify, configuration);
  parseBodies(fastify);
  limitConnections(fastify.server, configuration);
  closeConnectionsOnShutdown(fastify, SHUTDOWN_TIMEOUT_MILLISECONDS);
  const otherMethods = rejectOtherMethods(fastify);
  const logger = createLogger(configuration.logLevel);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(configuration, clock), adapter, {
    bodyParser: false,
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  warnOfSetup(fastify, configuration, logger);
  logRequests(fastify, logger, app.get(Registry), app.get(ApiKeys));
  addSecurityHeaders(fastify);
  app.enableCors(corsOptions(configuration.corsOrigins));
  await limitRate(fastify, configuration, app.get(ApiKeys));
  checkScopes(fastify, app.get(ApiKeys));
  if (configuration.responseCacheMb > 0) new SharedResponses(configuration.responseCacheMb, clock).register(fastify);
  limitConcurrentReads(fastify, configuration, app.get(ApiKeys));
  await serveOpenData(fastify);
  app.setGlobalPrefix(API_PREFIX, { exclude: UNPREFIXED_ROUTES });
  app.useGlobalFilters(new ApiErrorFilter(formatMissingPage));
  serveOpenApi(app, configuration);
  fastify.get('/', (_request, reply) => reply.redirect(`./${API_PREFIX}/`));
  await app.init();
  otherMethods.register();
  return app;
}
