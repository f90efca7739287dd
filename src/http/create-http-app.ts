import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { AppModule } from '../app.module.js';
import type { Configuration } from '../config/configuration.js';
import { Clock } from '../time/clock.js';
import { ApiErrorFilter } from './api-error.filter.js';
import { corsOptions } from './cross-origin.js';
import { JSON_API, NDJSON } from './media-types.js';
import { answerOtherMethods } from './other-methods.js';

const BODY_LIMIT_BYTES = 64 * 1024;

/** The whole service as an HTTP app that does not listen yet. */
export async function createHttpApp(
  configuration: Configuration,
  { clock = new Clock() }: { clock?: Clock } = {},
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: (_address, hop) => hop < configuration.trustedProxies,
    genReqId: () => randomUUID(),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 255 },
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  readBodies(fastify);
  const other = answerOtherMethods(fastify);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(configuration, clock), adapter, {
    bodyParser: false,
    bufferLogs: true,
  });
  app.enableCors(corsOptions(configuration.corsOrigins));
  app.useGlobalFilters(new ApiErrorFilter());
  app.enableShutdownHooks();
  await app.init();
  other.register();
  return app;
}

/** JSON and lines of JSON; every other media type is answered 415. */
function readBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  const json = fastify.getDefaultJsonParser('remove', 'remove');
  fastify.addContentTypeParser(['application/json', JSON_API], { parseAs: 'string' }, json);
  fastify.addContentTypeParser(NDJSON, { parseAs: 'string' }, (_request, body, done) => done(null, body));
}
