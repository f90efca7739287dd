import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { AppModule } from './app.module.js';
import type { Configuration } from './config/configuration.js';
import { ApiKeys } from './http/auth/api-keys.service.js';
import { ApiErrorFilter, sendError } from './http/json-api/api-error.filter.js';
import { ApiError, badBody } from './http/json-api/api-error.js';
import { JSON_API, NDJSON } from './http/json-api/media-types.js';
import { parseJson } from './http/json-api/parse-json.js';
import { serveOpenApi } from './http/open-api/open-api.js';
import { corsOptions } from './http/server/cors.js';
import { closeConnectionsOnShutdown } from './http/server/graceful-shutdown.js';
import { rejectMalformedRequest } from './http/server/malformed-requests.js';
import { rejectOtherMethods } from './http/server/method-not-allowed.js';
import { limitRate } from './http/server/rate-limit.js';
import { addSecurityHeaders } from './http/server/security-headers.js';
import { NestLogger, newLogger } from './operations/logger.js';
import { logRequests } from './operations/request-logging.js';
import { Clock } from './time/clock.js';

const BODY_LIMIT_BYTES = 64 * 1024;
const BATCH_BODY_LIMIT_BYTES = 16 * 1024 * 1024;
/** How long a request may take to arrive. */
const REQUEST_TIMEOUT_MILLISECONDS = 60_000;
const SHUTDOWN_PATIENCE_MILLISECONDS = 10_000;

/** The whole service as an HTTP app that does not listen yet. */
export async function createHttpApp(
  configuration: Configuration,
  { clock = new Clock() }: { clock?: Clock } = {},
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MILLISECONDS,
    // What still gets in while the service ends is answered like everything before: the store is closed last.
    return503OnClosing: false,
    trustProxy: (_address, hop) => hop < configuration.trustedProxies,
    genReqId: () => randomUUID(),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 255 },
    // What Fastify refuses before it looks for a route: an address that is none, or that has too long a part.
    frameworkErrors: sendError,
    clientErrorHandler: rejectMalformedRequest,
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  readBodies(fastify);
  closeConnectionsOnShutdown(fastify, SHUTDOWN_PATIENCE_MILLISECONDS);
  const otherMethods = rejectOtherMethods(fastify);
  const logger = newLogger(configuration.logLevel);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(configuration, clock), adapter, {
    bodyParser: false,
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  logRequests(fastify, logger, app.get(Registry));
  addSecurityHeaders(fastify);
  app.enableCors(corsOptions(configuration.corsOrigins));
  await limitRate(fastify, configuration, app.get(ApiKeys));
  app.useGlobalFilters(new ApiErrorFilter());
  serveOpenApi(app, configuration);
  await app.init();
  otherMethods.register();
  return app;
}

/** JSON and lines of JSON; every other media type is answered 415. */
function readBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<string>(
    ['application/json', JSON_API],
    { parseAs: 'string' },
    (_request, body, done) => {
      const json = parseJson(body, '');
      if ('problems' in json) done(badBody(json.problems));
      else done(null, json.value);
    },
  );
  fastify.addContentTypeParser<string>(NDJSON, { parseAs: 'string' }, (request, body, done) => {
    if (isBatch(request.routeOptions.url)) done(null, body);
    else done(unsupportedMediaType());
  });
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(unsupportedMediaType()));
  fastify.addHook('onRoute', (route) => {
    if (isBatch(route.url)) route.bodyLimit = BATCH_BODY_LIMIT_BYTES;
  });
}

function isBatch(route: string | undefined): boolean {
  return route?.endsWith('/batch') ?? false;
}

function unsupportedMediaType(): ApiError {
  const detail = `send ${JSON_API}, application/json or, in a batch, ${NDJSON}`;
  return new ApiError(415, 'Unsupported Media Type', { detail, source: { header: 'Content-Type' } });
}
